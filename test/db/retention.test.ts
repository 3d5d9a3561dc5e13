import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { analyzeParents } from '#db/analyze-parents.ts';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { createPartitionKeeper } from '#db/ensure-partitions.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import { selectCountDifferences } from './count-differences.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, store, run, writeRecords, select } = useStore();
const now = Date.parse('2026-04-15T12:00:00Z') / 1000;
const edge = Date.parse('2026-03-01T00:00:00Z') / 1000;
const times = ['2026-01-31T23:59:59Z', '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-04-15T11:00:00Z'];

const opened: WritableDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

/** A second program's connection. */
function connect(): WritableDatabase {
  const database = createDatabase({ url: db.url, connections: 1 });
  opened.push(database);
  return database;
}

const fill = () => writeRecords(...times.map((CreationTime) => makeRecord({ CreationTime, State: 'Fail' })));
const drop = (months: number | undefined) => store().dropExpiredPartitions({ source, months, now, runId: run().runId });
const selectTables = async () =>
  (
    await select<{ name: string }>(`
    select relname as name from pg_class where relnamespace = 'mps'::regnamespace and relkind = 'r'
      and relname ~ '_y2026m' order by 1`)
  ).map(({ name }) => name);

const selectDropped = () =>
  select(`select dropped_partitions as names from mps.sync_run where id = ${run().runId}`) as Promise<object[]>;

/** Does work while another program has a transaction open that has read jobs, as a dump or a long query has. */
const whileReading = (work: () => Promise<void>): Promise<void> =>
  inTransaction(connect(), async (tx) => {
    await tx.query(sql`select from mps.job`);
    await work();
  });

/** Leaves a partition as `detach … concurrently` does when it is broken off. */
async function halfDetach(name: string): Promise<void> {
  await whileReading(async () => {
    const detaching = connect().query(
      sql`alter table mps.job detach partition mps.${sql.identifier(name)} concurrently`,
    );
    const refused = expect(detaching).rejects.toThrow();
    await waitFor(`
      select pg_cancel_backend(pid) from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database() and query like '%concurrently%' and pid <> pg_backend_pid()`);
    await refused;
  });
  expect(await select('select inhrelid::regclass::text as name from pg_inherits where inhdetachpending')).toEqual([
    { name: `mps.${name}` },
  ]);
}

async function waitFor(query: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) if ((await select(query)).length > 0) return;
  throw new Error(`nothing within 10 s: ${query}`);
}

/** Ends, like a power cut of its program, the first statement that begins so and waits for another's lock. */
async function killWhatWaits(beginning: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const killed = await select(`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and ltrim(query, E' \\n') like '${beginning}%'`);
    if (killed.length > 0) return;
  }
  throw new Error(`nothing that begins with "${beginning}" waited within 20 s`);
}

describe('retention', () => {
  it('drops whole months of jobs, history and counts, and says so in the run', async () => {
    await fill();
    const expected = ['job_y2026m01', 'job_transition_y2026m01', 'job_y2026m02', 'job_transition_y2026m02'];
    expect(await drop(1)).toEqual(expected);
    expect(await select('select dropped_partitions from report.sync_run')).toEqual([{ dropped_partitions: expected }]);
    expect(await selectTables()).toEqual([
      'job_transition_y2026m03',
      'job_transition_y2026m04',
      'job_y2026m03',
      'job_y2026m04',
    ]);
    expect(
      await select('select count(*)::int as n, min(hour) >= min(creation_time) as kept from mps.job_hourly, mps.job'),
    ).toMatchObject([{ n: 4 }]);
    expect(await drop(1)).toEqual([]);
  });

  it('drops the runs that began before, but for one that nobody has closed', async () => {
    await fill();
    await db.database.query(sql`
      insert into mps.sync_run (source, started_at, outcome)
      values (${source}, '2026-02-28T23:59:59Z', 'completed'), (${source}, '2026-03-01Z', 'completed'), (${source}, '2026-01-01Z', null)`);
    await drop(1);
    await store().deleteExpired();
    expect(
      await select(`
        select to_char(started_at at time zone 'UTC', 'YYYY-MM-DD') as began from mps.sync_run
        where id <> ${run().runId} order by 1`),
    ).toEqual([{ began: '2026-01-01' }, { began: '2026-03-01' }]);
  });

  it('keeps everything when no number of months is given', async () => {
    await fill();
    expect(await drop(undefined)).toEqual([]);
    expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 4 }]);
  });

  it('makes dropped time neither covered nor due, whatever SYNC_SINCE says', async () => {
    const options = { source, defaultSince: 0, settleSeconds: 5, since: Date.parse('2025-06-01T00:00:00Z') / 1000 };
    await store().upsertCoverage(options);
    await db.database.query(sql`
      update mps.coverage set covered = tstzmultirange(tstzrange(${'2025-06-01Z'}::timestamptz, to_timestamp(${now})))`);
    await drop(1);
    expect(await store().upsertCoverage(options)).toMatchObject({ since: edge, covered: [{ from: edge, to: now }] });
    expect((await store().upsertCoverage({ ...options, since: edge + 5 })).since).toBe(edge + 5);
  });

  it('reads dropped months again once more months are to be kept and SYNC_SINCE reaches there', async () => {
    const since = Date.parse('2026-01-01T00:00:00Z') / 1000;
    await drop(1);
    await drop(3);
    expect((await store().upsertCoverage({ source, defaultSince: 0, settleSeconds: 5, since })).since).toBe(since);
  });

  it('makes a dropped month anew when a job of it is stored after all', async () => {
    await fill();
    await drop(1);
    await fill();
    expect(await selectTables()).toContain('job_y2026m01');
  });

  it('is put off by who reads jobs for long, leaves nothing waiting behind it, and is in the way of no new month', async () => {
    await fill();
    await whileReading(async () => {
      await expect(drop(1)).rejects.toMatchObject({ code: 'database_busy' });
      expect(
        await select(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`),
      ).toEqual([]);
      expect((await writeRecords(makeRecord({ CreationTime: '1999-06-01T00:00:00Z' }))).inserted).toBe(1);
    });
    expect(await selectTables()).toHaveLength(8);
    expect(await selectDropped()).toEqual([{ names: null }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await drop(1)).toHaveLength(6);
  });

  it('keeps months that went before a lock was not to be had, and has recorded them', async () => {
    await fill();
    const other = connect();
    await inTransaction(other, async (tx) => {
      await tx.query(sql`select from mps.job_y2026m02`);
      await expect(drop(1)).rejects.toMatchObject({ code: 'database_busy' });
    });
    expect(await selectDropped()).toEqual([{ names: ['job_y2026m01', 'job_transition_y2026m01'] }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await drop(1)).toEqual(['job_y2026m02', 'job_transition_y2026m02']);
  });

  it('drops a month whole or not at all when it is killed, and the next pass finishes', async () => {
    await fill();
    const other = connect();
    await inTransaction(other, async (tx) => {
      await tx.query(sql`select mps.lock_counts()`);
      const dropping = expect(drop(1)).rejects.toMatchObject({ code: 'database_unavailable' });
      await killWhatWaits('select mps.drop_month');
      await dropping;
    });
    expect(await selectDropped()).toEqual([{ names: null }]);
    expect(await selectTables()).toHaveLength(8);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await drop(1)).toHaveLength(4);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await select('select sum(jobs)::int as jobs from report.job_daily')).toEqual([{ jobs: 2 }]);
  });

  it('drops a month that a pass left half detached', async () => {
    await fill();
    await halfDetach('job_y2026m02');
    expect(await drop(1)).toHaveLength(4);
    expect(await selectTables()).toHaveLength(4);
  });

  it.each([
    { kept: 'three months', months: 3 },
    { kept: 'all months', months: undefined },
  ])('puts a half detached month back when $kept are kept', async ({ months }) => {
    await fill();
    await halfDetach('job_y2026m02');
    expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 3 }]);
    expect(await drop(months)).toEqual([]);
    expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 4 }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
  });

  it('leaves a month alone that an operator took off to keep it', async () => {
    await fill();
    await db.database.query(sql`alter table mps.job detach partition mps.job_y2026m01`);
    expect(await drop(1)).toEqual(['job_transition_y2026m01', 'job_y2026m02', 'job_transition_y2026m02']);
    expect(await select('select count(*)::int as n from mps.job_y2026m01')).toEqual([{ n: 1 }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
  });

  it('deletes the counts of a month whose table is gone already', async () => {
    await fill();
    await db.database.query(sql`drop table mps.job_y2026m01, mps.job_transition_y2026m01`);
    await drop(3);
    expect(await selectCountDifferences(db.database)).toHaveLength(2);
    await db.database.query(sql`drop table mps.job_y2026m02, mps.job_transition_y2026m02`);
    expect(await drop(1)).toEqual([]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
  });

  it('deletes the times of a month whose counts are gone already', async () => {
    await fill();
    await db.database.query(sql`
      insert into mps.job_time_hourly (hour, source, pipeline_id) values ('2025-12-01Z', ${source}, ''), ('2026-03-01Z', ${source}, '')`);
    await drop(1);
    await db.database.query(sql`
      insert into mps.job_time_hourly (hour, source, pipeline_id) values ('2025-12-01Z', ${source}, '') on conflict do nothing`);
    await drop(1);
    expect(await select(`select from mps.job_time_hourly where hour < '2026-03-01Z'`)).toEqual([]);
    expect(await select(`select from mps.job_time_hourly where hour = '2026-03-01Z'`)).toHaveLength(1);
  });

  it('lets no reader or writer wait for longer than half a second', async () => {
    await fill();
    await whileReading(async () => {
      const dropping = expect(drop(1)).rejects.toMatchObject({ code: 'database_busy' });
      await waitFor(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%mps.drop_month%'`,
      );
      await db.database.query(sql`
        do $$ begin set local statement_timeout = '1s'; perform from mps.job; end $$`);
      expect((await writeRecords(makeRecord({ CreationTime: '2026-04-15T11:30:00Z' }))).inserted).toBe(1);
      await dropping;
    });
  });

  it('keeps a month as long as any source does, unless that had no run for thirty days', async () => {
    const other = { source: 'other', since: undefined, defaultSince: 0, settleSeconds: 5 };
    await fill();
    await store().upsertCoverage(other);
    const otherRun = await store().insertRun({ source: 'other', fence: 1 });
    expect(await drop(1)).toEqual([]);
    await store().dropExpiredPartitions({ source: 'other', months: 2, now, runId: otherRun });
    expect(await selectTables()).not.toContain('job_y2026m01');
    expect(await drop(1)).toEqual([]);
    expect(await select(`select source from mps.coverage where retained_from = '2026-02-01Z'`)).toEqual([
      { source: 'other' },
    ]);
    await db.database.query(
      sql`update mps.sync_run set started_at = now() - interval '31 days' where id = ${otherRun}`,
    );
    expect(await drop(1)).toEqual(['job_y2026m02', 'job_transition_y2026m02']);
  });
});

describe('a month that retention drops', () => {
  const other = 'other';
  const wide = { from: Date.parse('2026-01-01T00:00:00Z') / 1000, to: now };

  /** Sources that have read all since the year began; the other had its last run so many days ago. */
  async function cover(days: number): Promise<void> {
    await fill();
    await store().upsertCoverage({ source: other, since: wide.from, defaultSince: 0, settleSeconds: 5 });
    await db.database.query(sql`
      insert into mps.sync_run (source, started_at) values (${other}, now() - make_interval(days => ${days}))`);
    await db.database.query(sql`
      update mps.coverage set since = to_timestamp(${wide.from}),
        covered = tstzmultirange(tstzrange(to_timestamp(${wide.from}), to_timestamp(${wide.to})))`);
  }

  const selectHistoryGaps = () =>
    select(`
      select source, extract(epoch from gap_from)::float8 as "from", extract(epoch from gap_to)::float8 as "to"
      from report.sync_gaps where kind = 'history'`);

  it('is a gap of a source that had no say and comes back, and none of the one that let it go', async () => {
    await cover(31);
    expect(await drop(1)).toHaveLength(4);
    expect(await selectHistoryGaps()).toEqual([{ source: other, from: wide.from, to: edge }]);
    expect((await store().selectCoverage(other))?.covered).toEqual([{ from: edge, to: now }]);
    expect(await store().selectCoverage(source)).toMatchObject({ since: edge, covered: [{ from: edge, to: now }] });
  });

  it('is a gap too of a source that comes back while the drop waits', async () => {
    await cover(31);
    await connect().withConnection(async (connection) => {
      await connection.query(sql`begin`);
      await connection.query(sql`select mps.lock_counts()`);
      const dropping = drop(1);
      await waitFor(`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%mps.drop_month%'`);
      await connection.query(sql`insert into mps.sync_run (source) values (${other})`);
      await connection.query(sql`commit`);
      expect(await dropping).toHaveLength(4);
    });
    expect(await selectHistoryGaps()).toEqual([{ source: other, from: wide.from, to: edge }]);
  });

  it('is whole as long as somebody holds the coverage', async () => {
    await cover(31);
    await inTransaction(connect(), async (tx) => {
      await tx.query(sql`select from mps.coverage where source = ${other} for update`);
      await expect(drop(1)).rejects.toMatchObject({ code: 'database_busy' });
    });
    expect(await selectTables()).toHaveLength(8);
    expect(await selectHistoryGaps()).toEqual([]);
    expect(await drop(1)).toHaveLength(4);
  });

  it('goes without a word in the run where a full disk has no room for that', async () => {
    await fill();
    await db.database.query(sql`
      create function public.fill_disk() returns trigger language plpgsql as $$
      begin raise exception using errcode = '53100', message = 'No space left on device'; end $$`);
    await db.database.query(sql`
      create trigger full_disk before update of dropped_partitions on mps.sync_run
        for each statement execute function public.fill_disk()`);
    const dropped = await drop(1).finally(() => db.database.query(sql`drop function public.fill_disk() cascade`));
    expect(dropped).toHaveLength(4);
    expect(await selectDropped()).toEqual([{ names: null }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
  });

  it('lets later months go where one cannot, and says so', async () => {
    await fill();
    await db.database.query(sql`create view public.kept as select id from mps.job_y2026m01`);
    await expect(drop(1)).rejects.toMatchObject({
      code: 'database_rejected',
      message: expect.stringContaining('job_y2026m01'),
    });
    expect(await selectTables()).not.toContain('job_y2026m02');
    await db.database.query(sql`drop view public.kept`);
    expect(await drop(1)).toEqual(['job_y2026m01', 'job_transition_y2026m01']);
  });

  it('finds a month that somebody moved to another schema, and so does who stores jobs', async () => {
    await fill();
    await db.database.query(sql`create schema "old ones"`);
    for (const month of ['job_y2026m01', 'job_y2026m03']) {
      await db.database.query(sql`alter table mps.${sql.identifier(month)} set schema "old ones"`);
    }
    const page = { ...run(), jobs: toJobs(makeRecord({ CreationTime: '2026-03-02T00:00:00Z' })), rejections: [] };
    // One that has not looked for the month yet.
    expect(await createSyncStore(db.database).writePage(page)).toMatchObject({ inserted: 1 });
    expect(await drop(1)).toContain('job_y2026m01');
    expect(
      await select(`select relname from pg_class where relnamespace = '"old ones"'::regnamespace and relkind = 'r'`),
    ).toEqual([{ relname: 'job_y2026m03' }]);
    await db.database.query(sql`drop schema "old ones" cascade`);
  });

  it('goes though other tables are named like a month that there is not', async () => {
    await fill();
    const odd = ['job_y2026m13', 'job_transition_y2026m00', 'job_y0000m01'];
    for (const name of odd) await db.database.query(sql`create table mps.${sql.identifier(name)} ()`);
    const dropped = await drop(1);
    for (const name of odd) await db.database.query(sql`drop table mps.${sql.identifier(name)}`);
    expect(dropped).toHaveLength(4);
  });
});

describe('what else has expired', () => {
  it('goes though something of one kind cannot, and says so', async () => {
    await drop(1);
    await db.database.query(sql`
      insert into mps.rejected_record (source, original, reason, rejected_at) values (${source}, 'old', 'odd', '2026-01-01Z')`);
    await inTransaction(connect(), async (tx) => {
      await tx.query(sql`lock table mps.alert_event in access exclusive mode`);
      await expect(store().deleteExpired()).rejects.toMatchObject({ code: 'database_busy' });
    });
    expect(await select('select original from mps.rejected_record')).toEqual([]);
  });

  it('is found among many events by the time of their jobs', async () => {
    await db.database.query(sql`
      insert into mps.alert_event (source, job_id, job_creation_time, pipeline_id, code, first_sighting, observed_at)
      select ${source}, md5(n::text), timestamptz '2026-04-01Z' + n * interval '1 s', '', '', true, now() from generate_series(1, 20000) as n`);
    await db.database.query(sql`analyze mps.alert_event`);
    const plan = await select(
      `explain select id from mps.alert_event where job_creation_time < '2026-03-01Z' limit 20000`,
    );
    expect(JSON.stringify(plan)).toContain('using alert_event_job_key');
  });

  it('goes though no month does, but no more often than every six hours', async () => {
    await drop(1);
    const reject = (original: string, at: string) =>
      db.database.query(sql`
        insert into mps.rejected_record (source, original, reason, rejected_at) values (${source}, ${original}, 'odd', ${at}::timestamptz)`);
    await reject('old', '2026-02-28T23:59:59Z');
    await reject('kept', '2026-03-01Z');
    await db.database.query(sql`
      insert into mps.alert_silence (reason, author, created_at, ends_at) values ('', '', '2026-01-01Z', '2026-01-02Z')`);
    expect(await store().deleteExpired()).toBe(2);
    expect(await select('select original from mps.rejected_record')).toEqual([{ original: 'kept' }]);
    await reject('later', '2026-01-01Z');
    expect(await store().deleteExpired()).toBe(0);
  });

  it('stays where everything is kept', async () => {
    await drop(undefined);
    expect(await store().deleteExpired()).toBe(0);
    expect(await select(`select from mps.lease where name like 'deleting%'`)).toEqual([]);
  });
});

describe('a new month', () => {
  it('gets its partitions while a reader and a writer are under way, without waiting for them', async () => {
    await fill();
    const other = connect();
    await inTransaction(other, async (tx) => {
      await tx.query(sql`select from mps.job for update`);
      const waiting = connect();
      await inTransaction(waiting, async (second) => {
        await second.query(sql`set local lock_timeout = '500ms'`);
        await second.query(sql`select mps.ensure_partitions(array[timestamptz '1999-05-05'])`);
      });
    });
    expect((await writeRecords(makeRecord({ CreationTime: '1999-05-31T23:59:59Z' }))).inserted).toBe(1);
  });

  it('is given up when its lock is not to be had, and leaves nothing waiting', async () => {
    const other = connect();
    await inTransaction(other, async (tx) => {
      await tx.query(sql`lock table only mps.job in share update exclusive mode`);
      const ensuring = createPartitionKeeper(db.database, 1_000).ensure([0]);
      await expect(ensuring).rejects.toMatchObject({ code: 'database_busy' });
      expect(
        await select(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`),
      ).toEqual([]);
    });
  });

  it('has its bounds in UTC wherever the session is and however it writes dates', async () => {
    const other = connect();
    await other.withConnection(async (connection) => {
      // Which writes CST for China's time; before Postgres 18 that is read as Chicago's.
      await connection.query(sql`set datestyle = 'SQL, DMY'`);
      await connection.query(sql`set timezone = 'Asia/Shanghai'`);
      await connection.query(sql`select mps.ensure_partitions(array['2033-12-31T23:00:00Z'::timestamptz])`);
      await connection.query(sql`set datestyle = 'ISO'`);
      await connection.query(sql`set timezone = 'UTC'`);
      const rows = await connection.query(
        sql`select pg_get_expr(relpartbound, oid) as bounds from pg_class where relname in ('job_y2033m12', 'job_transition_y2033m12')`,
      );
      const bounds = "FOR VALUES FROM ('2033-12-01 00:00:00+00') TO ('2034-01-01 00:00:00+00')";
      expect(rows).toEqual([{ bounds }, { bounds }]);
    });
  });

  it.each(['detach partition mps.job_y2026m02', 'detach partition mps.job_y2026m02 concurrently'])(
    'is its old table again, and counts what that holds, after a pass or an operator had stopped at "%s"',
    async (change) => {
      await fill();
      await db.database.query(sql.raw(`alter table mps.job ${change}`));
      await drop(1);
      await db.database.query(sql`
        insert into mps.job_y2026m02 (source, id, creation_time, raw) values (${source}, 'late', '2026-02-02Z', '{}')`);
      const page = await writeRecords(makeRecord({ CreationTime: times[1], JobId: 'new' }));
      expect(page.inserted).toBe(1);
      const jobs = await select(`
        select count(*)::int as n from mps.job where creation_time >= '2026-02-01Z' and creation_time < '2026-03-01Z'`);
      expect(jobs).toEqual([{ n: 3 }]);
      expect(await selectCountDifferences(db.database)).toEqual([]);
    },
  );

  it('says which table is in its way and what to do, where that cannot be attached', async () => {
    await fill();
    await db.database.query(sql`alter table mps.job detach partition mps.job_y2026m02`);
    await db.database.query(sql`alter table mps.job_y2026m02 drop column raw_hash`);
    await expect(
      createSyncStore(db.database).writePage({
        ...run(),
        jobs: toJobs(makeRecord({ CreationTime: times[1] })),
        rejections: [],
      }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /table mps\.job_y2026m02 is in the way .*raw_hash.* Move it to another schema, rename it or drop it/,
      ),
    });
    await db.database.query(sql`alter table mps.job_y2026m02 rename to archived`);
    const page = await writeRecords(makeRecord({ CreationTime: times[1] }));
    expect(page.inserted).toBe(1);
    await db.database.query(sql`drop table mps.archived`);
  });

  it('is made once when two writers need it at once', async () => {
    const pages = Array.from({ length: 8 }, () => makeRecord({ CreationTime: '2031-07-01T00:00:00Z' }));
    // Each with a store of its own, because one store makes a month once, and would put the pages together.
    await Promise.all(
      pages.map((record) => createSyncStore(db.database).writePage({ ...run(), jobs: toJobs(record), rejections: [] })),
    );
    expect(await select(`select count(*)::int as n from mps.job_y2031m07`)).toEqual([{ n: 8 }]);
  });
});

describe('statistics of the parents', () => {
  it('are broken off at the server when they take too long', async () => {
    await fill();
    const other = connect();
    await inTransaction(other, async (tx) => {
      // What an analysis of the parent waits for, whatever it is told to skip.
      await tx.query(sql`lock table mps.job_y2026m02 in access exclusive mode`);
      expect(await analyzeParents(db.database, 300)).toBe(true);
      expect(
        await select(
          `select from pg_stat_activity where query like 'analyze%' and state = 'active' and datname = current_database()`,
        ),
      ).toEqual([]);
    });
  });

  it('are gathered, but not twice within six hours', async () => {
    await fill();
    expect(await store().analyzeParents()).toBe(true);
    expect(await store().analyzeParents()).toBe(false);
    const known = await select(`
      select count(*) > 0 as known from pg_stats where schemaname = 'mps' and tablename = 'job' and inherited`);
    expect(known).toEqual([{ known: true }]);
  });
});
