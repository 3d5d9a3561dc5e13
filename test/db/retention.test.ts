import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { selectCountDifferences } from './count-differences.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, store, run, writeRecords, select } = useStore();
const now = Date.parse('2026-04-15T12:00:00Z') / 1000;
const edge = Date.parse('2026-03-01T00:00:00Z') / 1000;
const times = ['2026-01-31T23:59:59Z', '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-04-15T11:00:00Z'];

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

/** A second program's connection. */
function connect(): Database {
  const database = createDatabase({ url: db.url, connections: 1 });
  opened.push(database);
  return database;
}

const fill = () => writeRecords(...times.map((CreationTime) => makeRecord({ CreationTime, State: 'Fail' })));
const drop = (months: number | undefined) => store().dropExpiredPartitions({ months, now, runId: run().runId });
const selectTables = async () =>
  (
    await select<{ name: string }>(`
    select relname as name from pg_class where relnamespace = 'mps'::regnamespace and relkind = 'r'
      and relname ~ '_y2026m' order by 1`)
  ).map(({ name }) => name);

const selectDropped = () =>
  select(`select dropped_partitions as names from mps.sync_run where id = ${run().runId}`) as Promise<object[]>;

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

  it('finishes what a pass left half done', async () => {
    await fill();
    await db.database.query(sql`alter table mps.job detach partition mps.job_y2026m01 concurrently`);
    expect(await drop(1)).toHaveLength(4);
    expect(await selectTables()).toHaveLength(4);
  });

  it('leaves no count of a job that is gone when it was killed on the way, and the next pass finishes', async () => {
    await fill();
    const other = connect();
    await other.drizzle.transaction(async (tx) => {
      await tx.execute(sql`select mps.lock_counts()`);
      const dropping = expect(drop(1)).rejects.toMatchObject({ code: 'database_unavailable' });
      await killWhatWaits('select mps.lock_counts()');
      await dropping;
    });
    expect(await selectDropped()).toEqual([{ names: null }]);
    expect(await drop(1)).toHaveLength(4);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await select('select sum(jobs)::int as jobs from report.job_daily')).toEqual([{ jobs: 2 }]);
  });

  it('has recorded what it dropped, and counts it no more, when it was killed at a later month', async () => {
    await fill();
    const other = connect();
    await other.drizzle.transaction(async (tx) => {
      await tx.execute(sql`select from mps.job_y2026m02`);
      const dropping = expect(drop(1)).rejects.toMatchObject({ code: 'database_unavailable' });
      await killWhatWaits('alter table');
      await dropping;
      expect(await selectDropped()).toEqual([{ names: ['job_y2026m01', 'job_transition_y2026m01'] }]);
      expect(await select(`select distinct hour < '2026-02-01Z' as gone from mps.job_hourly`)).toEqual([
        { gone: false },
      ]);
    });
    expect(await drop(1)).toEqual(['job_y2026m02', 'job_transition_y2026m02']);
    expect(await selectDropped()).toEqual([
      { names: ['job_y2026m01', 'job_transition_y2026m01', 'job_y2026m02', 'job_transition_y2026m02'] },
    ]);
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

  it('stops neither a reader nor a writer of the months that are kept', async () => {
    await fill();
    const other = connect();
    const { dropping } = await other.drizzle.transaction(async (tx) => {
      await tx.execute(sql`select from mps.job where creation_time >= ${times[2]} for update`);
      const dropping = drop(1);
      await writeRecords(makeRecord({ CreationTime: '2026-04-15T11:30:00Z' }));
      expect(await select(`select count(*)::int as n from mps.job where creation_time >= '${times[2]}'`)).toEqual([
        { n: 3 },
      ]);
      return { dropping };
    });
    expect(await dropping).toHaveLength(4);
  });
});

describe('a new month', () => {
  it('gets its partitions while a reader and a writer are under way, without waiting for them', async () => {
    await fill();
    const other = connect();
    await other.drizzle.transaction(async (tx) => {
      await tx.execute(sql`select from mps.job for update`);
      const waiting = connect();
      await waiting.drizzle.transaction(async (second) => {
        await second.execute(sql`set local lock_timeout = '500ms'`);
        await second.execute(sql`select mps.ensure_partitions(array[timestamptz '1999-05-05'])`);
      });
    });
    expect((await writeRecords(makeRecord({ CreationTime: '1999-05-31T23:59:59Z' }))).inserted).toBe(1);
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
  it('are gathered, but not twice within six hours', async () => {
    await fill();
    expect(await store().analyzeParents()).toBe(true);
    expect(await store().analyzeParents()).toBe(false);
    const known = await select(`
      select count(*) > 0 as known from pg_stats where schemaname = 'mps' and tablename = 'job' and inherited`);
    expect(known).toEqual([{ known: true }]);
  });
});
