import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRecords } from '#core/job.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import { selectCountDifferences } from './count-differences.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, run, write, writeRecords, select } = useStore();

const selectDifferences = () => selectCountDifferences(db.database);

/** Open jobs' last recorded state is the one stored, and each job's history is one chain. */
const selectBrokenHistories = () =>
  select(`
    select id from mps.job
    left join lateral (
      select array_agg(to_state order by observed_at, previous_observed_at nulls first) as states,
        array_agg(from_state order by observed_at, previous_observed_at nulls first) as before
      from mps.job_transition where job_id = id and job_creation_time = creation_time
    ) as history on true
    where states[array_upper(states, 1)] is distinct from state or before[2:] is distinct from states[:array_upper(states, 1) - 1]`);

/** Creations of which durations are measured; and one that lies ahead, of which they are not. */
const lately = [40 * 60, 90, 1, -30].map(
  (seconds) => `${new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19)}Z`,
);
const ids = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(32));
const read = fc.record(
  {
    Id: fc.constantFrom(...ids),
    CreationTime: fc.constantFrom('2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', '2026-02-01T00:59:59Z', ...lately),
    State: fc.constantFrom('Submitted', 'Snapshoting', 'Success', 'Fail', 'Archived', '', null, 'x'.repeat(5000)),
    PipelineId: fc.constantFrom('p1', 'p2', '', 'long '.repeat(2000)),
    Code: fc.constantFrom('InternalError', 'SnapshotTimeOut', 7, null),
    UserData: fc.constantFrom('one', 'two'),
  },
  { requiredKeys: ['Id', 'CreationTime'] },
);
const page = fc.record({
  records: fc.array(read, { maxLength: 12 }),
  missingIds: fc.subarray(ids),
});

it('counts exactly the jobs that are stored, whatever pages come in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 8 }), async (pages) => {
      for (const { records, missingIds } of pages) {
        await write(parseRecords(records.map((record) => ({ ...record }))));
        await write({ missingIds });
      }
      expect(await selectDifferences()).toEqual([]);
      expect(await selectBrokenHistories()).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it('sums up exactly what the changes of state tell of durations, whatever the jobs went through, and when', async () => {
  const lives = [
    ['Submitted', 'Snapshoting', 'Success'],
    ['Submitted', 'Fail'],
    ['Snapshoting', 'Archived', 'Success'],
    ['Snapshoting', 'Fail', 'Success'],
    ['Success'],
  ].flatMap((states) => lately.map((CreationTime) => ({ states, record: makeRecord({ CreationTime }) })));
  for (const step of [0, 1, 2]) {
    const pages = lives.flatMap(({ states, record }) => (states[step] ? [{ ...record, State: states[step] }] : []));
    await writeRecords(...pages);
    await db.database.query(sql`
      insert into mps.sync_run (source, started_at, outcome) values (${source}, now(), 'completed')`);
  }
  const [{ jobs } = { jobs: 0 }] = await select<{ jobs: number }>(
    'select sum(waiting_jobs + processing_jobs)::int as jobs from mps.job_time_hourly',
  );
  // Of each hour's lives: the starts of all five, and the ends that were seen from a state before.
  expect(jobs).toBe(27);
  expect(await selectDifferences()).toEqual([]);
  await db.database.query(sql`update mps.job_time_hourly set processing_at_most_ms = processing_at_most_ms + 1`);
  expect(await selectDifferences()).not.toEqual([]);
});

it('counts exactly what many writers store at once, new jobs and changed ones mixed, without a deadlock', async () => {
  const known = Array.from({ length: 100 }, () => makeRecord({ State: 'Submitted' }));
  await writeRecords(...known);
  const pages = Array.from({ length: 24 }, (_, n) => {
    const changed = known.slice(n * 4, n * 4 + 4).map((record) => ({ ...record, State: n % 2 ? 'Success' : 'Fail' }));
    const states = n % 2 ? ['Success', 'Submitted', 'Fail'] : ['Fail', 'Success', 'Submitted'];
    return [...changed, ...states.map((State) => makeRecord({ State, Code: `code ${n % 3}` }))];
  });
  // Each with a store of its own, because one store would put them together.
  await Promise.all(
    pages.map((records) =>
      createSyncStore(db.database).writePage({ ...run(), jobs: toJobs(...records), rejections: [] }),
    ),
  );
  expect(await selectDifferences()).toEqual([]);
});

it('counts a job no more once an operator deleted it', async () => {
  const record = makeRecord();
  await writeRecords(record, makeRecord());
  await db.database.query(sql`delete from mps.job where id = ${record.Id}`);
  expect(await selectDifferences()).toEqual([]);
  expect(await select('select sum(jobs)::int as jobs from mps.job_hourly')).toEqual([{ jobs: 1 }]);
});

it('can be made anew from the jobs', async () => {
  await writeRecords(makeRecord({ State: 'Fail' }), makeRecord({ State: 'Success' }));
  await db.database.query(sql`update mps.job_hourly set jobs = 17`);
  expect(await selectDifferences()).not.toEqual([]);
  await db.database.query(sql`select mps.recount_jobs()`);
  expect(await selectDifferences()).toEqual([]);
});

it('counts by the hour of UTC, whatever the time zone of the session', async () => {
  await inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local time zone 'Asia/Kolkata'`);
    const rows = await tx.query(
      sql`select mps.to_hour('2026-02-01T10:15:00Z') = '2026-02-01T10:00:00Z'::timestamptz as utc`,
    );
    expect(rows).toEqual([{ utc: true }]);
  });
});
