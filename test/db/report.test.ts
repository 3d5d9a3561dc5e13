import { type SQL, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { makeRecord } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, store, writeRecords, select } = useStore();

/** A creation time some hours ago, as MPS writes it. */
const hoursAgo = (hours: number) => `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
const secondsAgo = (seconds: number) => hoursAgo(seconds / 3600);

/** Lets all that was observed so far have been observed earlier. */
async function age(seconds: number): Promise<void> {
  const by = sql`make_interval(secs => ${seconds})`;
  await db.database.query(sql`alter table mps.job disable trigger user`);
  await db.database.query(
    sql`update mps.job set first_seen_at = first_seen_at - ${by}, changed_at = changed_at - ${by}`,
  );
  await db.database.query(sql`alter table mps.job enable trigger user`);
  await db.database.query(sql`
    update mps.job_transition set observed_at = observed_at - ${by}, previous_observed_at = previous_observed_at - ${by}`);
}

describe('report.job_daily', () => {
  it('counts jobs by the UTC day of creation, pipeline, state and code, and forgets the state they left', async () => {
    const record = makeRecord({ CreationTime: '2026-01-31T23:59:59Z', State: 'Submitted', PipelineId: 'p', Code: '' });
    await writeRecords(record, makeRecord({ CreationTime: '2026-02-01T00:00:00Z', State: 'Fail', PipelineId: '' }));
    await writeRecords({ ...record, State: 'Success' });
    expect(
      await select("select *, to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day from report.job_daily order by 2"),
    ).toEqual([
      { source, day: '2026-01-31', pipeline_id: 'p', state: 'Success', code: null, jobs: '1' },
      { source, day: '2026-02-01', pipeline_id: null, state: 'Fail', code: 'InvalidParameter', jobs: '1' },
    ]);
  });
});

describe('report.failure_by_code', () => {
  it('counts failures of the last day, the last week and in all', async () => {
    const fail = (hours: number, Code: string) =>
      makeRecord({ CreationTime: hoursAgo(hours), State: 'Fail', PipelineId: 'p', Code });
    await writeRecords(fail(1, 'A'), fail(2, 'A'), fail(30, 'A'), fail(24 * 9, 'A'), fail(24 * 9, 'B'));
    await writeRecords(makeRecord({ CreationTime: hoursAgo(1), State: 'Success', PipelineId: 'p', Code: 'A' }));
    const rows = await select(`
      select code, jobs::int, jobs_day::int, jobs_week::int, first_day < last_day as spans
      from report.failure_by_code order by code`);
    expect(rows).toEqual([
      { code: 'A', jobs: 4, jobs_day: 2, jobs_week: 3, spans: true },
      { code: 'B', jobs: 1, jobs_day: 0, jobs_week: 0, spans: false },
    ]);
  });

  it('counts what was created in the future in all, and not as lately', async () => {
    await writeRecords(
      ...[-26_000, -400, -2].map((hours) => makeRecord({ CreationTime: hoursAgo(hours), State: 'Fail' })),
    );
    expect(await select('select jobs::int, jobs_day::int, jobs_week::int from report.failure_by_code')).toEqual([
      { jobs: 3, jobs_day: 0, jobs_week: 0 },
    ]);
  });
});

describe('report.pipeline_health', () => {
  it('sets the last day of a pipeline against the average day of the week before', async () => {
    const job = (hours: number, State: string) => makeRecord({ CreationTime: hoursAgo(hours), State, PipelineId: 'p' });
    await writeRecords(job(1, 'Fail'), job(2, 'Success'), job(3, 'Submitted'));
    await writeRecords(...Array.from({ length: 14 }, (_, n) => job(48 + n, n === 0 ? 'Fail' : 'Success')));
    const [row] = await select('select * from report.pipeline_health');
    expect(row).toEqual({
      source,
      pipeline_id: 'p',
      jobs_day: '3',
      failed_day: '1',
      failure_rate_day: 0.5,
      jobs_day_before: 2,
      failed_day_before: 1 / 7,
      failure_rate_before: 1 / 14,
    });
  });

  it('does not take what was created in the future for the last day', async () => {
    const job = (hours: number) => makeRecord({ CreationTime: hoursAgo(hours), State: 'Fail', PipelineId: 'p' });
    await writeRecords(job(1), job(-2), job(-600_000));
    expect(await select('select jobs_day, failed_day from report.pipeline_health')).toEqual([
      { jobs_day: '1', failed_day: '1' },
    ]);
  });
});

describe('the last day and the last week', () => {
  // Summer time that began, or ended, within the last days; whoever reads has the clocks of where he is.
  const dayOfYear = Math.ceil((Date.now() - Date.UTC(new Date().getUTCFullYear(), 0, 1)) / 86_400_000);
  const zones = [`AAA0BBB,J${Math.max(dayOfYear - 2, 1)}/20,J365/3`, `AAA0BBB,J1/0,J${Math.max(dayOfYear - 2, 2)}/20`];

  it.each(['UTC', ...zones])('are 24 and 168 hours in %s', async (zone) => {
    const hours = Array.from({ length: 24 * 8 + 10 }, (_, n) => n);
    await writeRecords(
      ...hours.map((n) => makeRecord({ CreationTime: hoursAgo(n), State: 'Fail', PipelineId: 'p', Code: 'A' })),
    );
    const read = (statement: SQL) =>
      inTransaction(db.database, async (transaction) => {
        await transaction.query(sql`select set_config('timezone', ${zone}, true)`);
        return transaction.query(statement);
      });
    expect(await read(sql`select jobs_day::int, jobs_week::int from report.failure_by_code`)).toEqual([
      { jobs_day: 24, jobs_week: 168 },
    ]);
    expect(await read(sql`select jobs_day::int, jobs_day_before from report.pipeline_health`)).toEqual([
      { jobs_day: 24, jobs_day_before: 24 },
    ]);
  });
});

describe('report.job_duration', () => {
  const selectDurations = () =>
    select<Record<string, number | null>>(`
      select waiting_jobs::int, round(waiting_seconds_at_least) as waiting_least, round(waiting_seconds_at_most) as waiting_most,
        processing_jobs::int, round(processing_seconds_at_least) as processing_least,
        round(processing_seconds_at_most) as processing_most
      from report.job_duration`);
  const expectAbout = (value: number | null | undefined, seconds: number) =>
    expect(Math.abs(Number(value) - seconds)).toBeLessThanOrEqual(4);

  it('bounds waiting and processing by the sightings around each change', async () => {
    const record = makeRecord({ CreationTime: secondsAgo(901), State: 'Submitted' });
    await writeRecords(record);
    await age(300);
    await writeRecords({ ...record, State: 'Snapshoting' });
    await age(600);
    await writeRecords({ ...record, State: 'Success' });
    const [row] = await selectDurations();
    expect(row).toMatchObject({ waiting_jobs: 1, processing_jobs: 1 });
    expectAbout(row?.waiting_least, 600);
    expectAbout(row?.waiting_most, 901);
    expectAbout(row?.processing_least, 0);
    expectAbout(row?.processing_most, 900);
  });

  it('takes the start of the last completed run for a sighting of every open job', async () => {
    const record = makeRecord({ CreationTime: secondsAgo(1500), State: 'Submitted' });
    await writeRecords(record);
    await age(1200);
    await db.database.query(sql`
      insert into mps.sync_run (source, started_at, outcome) values (${source}, now() - interval '60 s', 'completed')`);
    await writeRecords({ ...record, State: 'Snapshoting' });
    const [row] = await selectDurations();
    expectAbout(row?.waiting_least, 1440);
    expectAbout(row?.waiting_most, 1500);
  });

  it('knows only the longest for a job first seen done, and nothing of history read later', async () => {
    await writeRecords(
      makeRecord({ CreationTime: secondsAgo(30), State: 'Success' }),
      makeRecord({ CreationTime: hoursAgo(1.5), State: 'Success' }),
    );
    const rows = await selectDurations();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ waiting_jobs: 1, waiting_least: 0, processing_jobs: 1, processing_least: 0 });
    expectAbout(rows[0]?.processing_most, 30);
  });

  it('measures no job that was there before its creation, as the clocks have it', async () => {
    const ahead = makeRecord({ CreationTime: hoursAgo(-600_000), State: 'Submitted' });
    await writeRecords(ahead, makeRecord({ CreationTime: secondsAgo(-20), State: 'Success' }));
    await writeRecords({ ...ahead, State: 'Success' });
    expect(await selectDurations()).toEqual([]);
  });
});

describe('report.sync_health', () => {
  it('lets the lag of a source grow that never got through, from its first run on', async () => {
    const selectLag = () => select('select covered_to, round(lag_seconds / 60) as minutes from report.sync_health');
    expect(await selectLag()).toEqual([{ covered_to: null, minutes: 0 }]);
    await db.database.query(sql`update mps.coverage set looked_at = now() - interval '7 minutes'`);
    await store().upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 });
    expect(await selectLag()).toEqual([{ covered_to: null, minutes: 7 }]);
    await db.database.query(sql`
      update mps.coverage set covered = tstzmultirange(tstzrange(now() - interval '1 day', now() - interval '3 minutes'))`);
    expect(await selectLag()).toMatchObject([{ minutes: 3 }]);
  });
});

describe('the schema report', () => {
  it('says of every view and every column what it is', async () => {
    const silent = await select(`
      select c.relname as view, a.attname as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'report'::regnamespace and a.attnum > 0
        and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)`);
    expect(silent).toEqual([]);
  });
});
