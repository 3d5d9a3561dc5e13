import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, run, write, select } = useStore();

/** As a sync has it: two connections for pages. */
const held: { two?: WritableDatabase } = {};
const two = () => {
  held.two ??= createDatabase({ url: db.url, connections: 2 });
  return held.two;
};
afterAll(() => held.two?.close());

const start = Date.UTC(2026, 2, 1) / 1000;

/** Pages of a hundred jobs each, an hour apart, with what each covers; all sent at once, so that most are stored in groups. */
const makePages = (count: number) =>
  Array.from({ length: count }, (_, page) => {
    const from = start + page * 3600;
    const CreationTime = new Date((from + 60) * 1000).toISOString();
    const records = Array.from({ length: 100 }, () => makeRecord({ CreationTime, State: 'Submitted' }));
    return { records, covers: { from, to: from + 3600 } };
  });

it('stores pages together as it would one by one', async () => {
  const pages = makePages(12);
  const counts = await Promise.all(
    pages.map(({ records, covers }) => write({ jobs: toJobs(...records), rejections: [], covers })),
  );
  expect(counts.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(1_200);
  // One transaction has one time.
  const [row] = await select<{ writes: number }>('select count(distinct first_seen_at)::int as writes from mps.job');
  expect(row?.writes).toBeLessThan(12);
  expect(await select('select count(*)::int as n from mps.job_transition')).toEqual([{ n: 1_200 }]);
  expect(await select('select sum(jobs)::int as n from mps.job_hourly')).toEqual([{ n: 1_200 }]);
  expect(await select('select covered::text as covered from mps.coverage')).toEqual([
    { covered: '{["2026-03-01 00:00:00+00","2026-03-01 12:00:00+00")}' },
  ]);
});

it('takes the further state of a job that two pages hold', async () => {
  const pages = makePages(12);
  const shared = pages[0]?.records[0] ?? {};
  await Promise.all(
    pages.map(({ records, covers }, page) => {
      const State = page === 6 ? 'Success' : 'Snapshoting';
      return write({ jobs: toJobs(...records.slice(1), { ...shared, State }), rejections: [], covers });
    }),
  );
  const counted = `select count(*)::int as jobs, count(*) filter (where state = 'Success')::int as done from mps.job`;
  expect(await select(counted)).toEqual([{ jobs: 12 * 99 + 1, done: 1 }]);
  expect(await select('select sum(jobs)::int as jobs from mps.job_hourly')).toEqual([{ jobs: 12 * 99 + 1 }]);
});

it('takes the newer page of two that hold a job in the same state', async () => {
  const shared = { ...makeRecord(), State: 'Success' };
  await Promise.all(
    makePages(12).map(({ records, covers }, page) => {
      // The first three are written at once, the others together.
      const held = page < 3 ? [] : [{ ...shared, UserData: `page ${page}` }];
      return write({ jobs: toJobs(...records, ...held), rejections: [], covers });
    }),
  );
  expect(await select(`select user_data from mps.job where state = 'Success'`)).toEqual([{ user_data: 'page 11' }]);
});

it('sets a record that cannot be read aside once, though two pages of a group hold it', async () => {
  const rejections = [{ original: '{"Id":7}', reason: 'no usable id' }];
  const counts = await Promise.all(
    makePages(12).map(({ records, covers }) => write({ jobs: toJobs(...records), rejections, covers })),
  );
  expect(counts.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(1);
  expect(await select('select original from mps.rejected_record')).toEqual([{ original: '{"Id":7}' }]);
});

it('stores groups of two stores that hold the same jobs, whatever their order, without a deadlock', async () => {
  const pages = makePages(16);
  const stores = [createSyncStore(db.database), createSyncStore(two())];
  await Promise.all(
    stores.flatMap((store, index) =>
      (index === 0 ? pages : pages.toReversed()).map(({ records, covers }) =>
        store.writePage({ ...run(), jobs: toJobs(...records), rejections: [], covers }),
      ),
    ),
  );
  expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 1_600 }]);
  expect(await select('select count(*)::int as n from mps.job_transition')).toEqual([{ n: 1_600 }]);
  expect(await select('select sum(jobs)::int as n from mps.job_hourly')).toEqual([{ n: 1_600 }]);
});

it('waits for connections that are busy for longer than the pool has anyone wait', async () => {
  const pages = makePages(8);
  const store = createSyncStore(two());
  const stored = await inTransaction(db.database, async (tx) => {
    await tx.query(sql`select from mps.lease where name = 'default' for update`);
    const writing = pages.map(({ records, covers }) =>
      store.writePage({ ...run(), jobs: toJobs(...records), rejections: [], covers }),
    );
    await tx.query(sql`select pg_sleep(5.5)`);
    return { all: Promise.all(writing) };
  });
  await stored.all;
  expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 800 }]);
}, 30_000);

it('loses no page to one that Postgres refuses', async () => {
  const pages = makePages(12);
  // Random, so that it cannot be compressed: longer than an entry of an index may be.
  const longId = randomBytes(4_000).toString('hex');
  const settled = await Promise.allSettled(
    pages.map(({ records, covers }, page) => {
      const [job, ...others] = toJobs(...records);
      if (!job) throw new Error('the page is empty');
      const jobs = page === 8 ? [{ ...job, id: longId }, ...others] : [job, ...others];
      return write({ jobs, rejections: [], covers });
    }),
  );
  expect(settled.map(({ status }) => status)).toEqual(pages.map((_, page) => (page === 8 ? 'rejected' : 'fulfilled')));
  expect(settled[8]).toMatchObject({ reason: { code: 'database_rejected' } });
  expect(await select('select count(*)::int as n from mps.job')).toEqual([{ n: 1_100 }]);
  expect(await select('select covered::text as covered from mps.coverage')).toEqual([
    {
      covered:
        '{["2026-03-01 00:00:00+00","2026-03-01 08:00:00+00"),["2026-03-01 09:00:00+00","2026-03-01 12:00:00+00")}',
    },
  ]);
});
