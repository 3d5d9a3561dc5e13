import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import type { StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import { toPageStatement } from '#db/page-statement.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, run, write } = useStore();
const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];
const makeRecords = () =>
  Array.from({ length: 300 }, (_, n) =>
    makeRecord({ CreationTime: `${months[n % 6]}-03T10:00:00Z`, State: 'Submitted' }),
  );

const toRange = (from: string, to: string): Range => ({ from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 });

/** How the server read jobs: looks into an index, and rows fetched through one; and whole tables, of their history too. */
interface Reads {
  readonly scans: number;
  readonly looks: number;
  readonly fetched: number;
}

/** A connection that writes pages, takes each back, and tells how the server read the jobs for it. */
async function connect() {
  const client = new Client({ connectionString: db.url });
  await client.connect();
  const count = async (): Promise<Reads> => {
    const { rows } = await client.query<Reads>(`
      select sum(seq_scan)::int as scans, (sum(idx_scan) filter (where is_job))::int as looks,
        (sum(idx_tup_fetch) filter (where is_job))::int as fetched
      from pg_stat_xact_user_tables cross join lateral (values (relname like 'job\\_y%')) as told (is_job)
      where schemaname = 'mps' and (is_job or relname like 'job\\_transition\\_y%')`);
    return rows[0] ?? { scans: Number.NaN, looks: Number.NaN, fetched: Number.NaN };
  };
  return {
    async readsOf(jobs: readonly StorableJob[], covers?: Range): Promise<Reads> {
      const page = { ...run(), jobs, rejections: [], covers };
      const { sql: text, params } = new PgDialect().sqlToQuery(toPageStatement([page]));
      await client.query('begin');
      const before = await count();
      await client.query(text, params);
      const after = await count();
      await client.query('rollback');
      return {
        scans: after.scans - before.scans,
        looks: after.looks - before.looks,
        fetched: after.fetched - before.fetched,
      };
    },
    close: () => client.end(),
  };
}

it.each([
  ['planned over empty tables', true],
  ['planned over full tables', false],
])('looks each job up by its key, %s', async (_, early) => {
  await db.database.query(sql`select mps.ensure_partitions(array(
    select make_timestamptz(2026, month, 1, 0, 0, 0) from generate_series(1, 6) as month))`);
  const records = makeRecords();
  const ended = toJobs(...records.map((record) => ({ ...record, State: 'Success' })));
  const session = await connect();
  try {
    // A session makes its plans with its first page, and keeps them.
    if (early) expect(await session.readsOf(toJobs(...records))).toMatchObject({ scans: 0, fetched: 0 });
    for (let page = 0; page < 10; page += 1) await write({ jobs: toJobs(...makeRecords()) });
    await write({ jobs: toJobs(...records) });
    if (!early) await db.database.query(sql`analyze mps.job`);
    expect(await session.readsOf(toJobs(...makeRecords()))).toMatchObject({ scans: 0, looks: 300, fetched: 0 });
    expect(await session.readsOf(toJobs(...records))).toMatchObject({ scans: 0, fetched: 300 });
    // Once to be compared, and once to be replaced.
    expect(await session.readsOf(ended)).toMatchObject({ scans: 0, fetched: 600 });
    // When each began is looked up in the history, by the trigger that measures how long it took.
    await write({ jobs: toJobs(...records.map((record) => ({ ...record, State: 'Snapshoting' }))) });
    expect(await session.readsOf(ended)).toMatchObject({ scans: 0, fetched: 600 });
    const later = makeRecords().map((record) => ({ ...record, CreationTime: '2026-04-20T08:00:00Z' }));
    const newTime = toRange('2026-04-20T00:00:00Z', '2026-04-21T00:00:00Z');
    expect(await session.readsOf(toJobs(...later), newTime)).toEqual({ scans: 0, looks: 1, fetched: 0 });
    // One job of the time that the page covers (fetched unless autovacuum has been there) shows that each has to be looked for.
    const newAndKnown = toRange('2026-04-03T00:00:00Z', '2026-04-21T00:00:00Z');
    expect(await session.readsOf(toJobs(...later), newAndKnown)).toMatchObject({ scans: 0, looks: 301 });
    // A walk's page after its first: what is stored of the time that it covers is newer than its jobs.
    const earlier = later.map((record) => ({ ...record, CreationTime: '2026-04-02T08:00:00Z' }));
    const sinceThen = toRange('2026-04-02T08:00:00Z', '2026-04-21T00:00:00Z');
    expect(await session.readsOf(toJobs(...earlier), sinceThen)).toMatchObject({ scans: 0, looks: 1 });
    // What lies outside of what is covered is looked for, the rest is not.
    const [first, ...others] = later;
    const edge = { ...first, CreationTime: '2026-04-19T23:59:59Z' };
    expect(await session.readsOf(toJobs(edge, ...others), newTime)).toEqual({ scans: 0, looks: 2, fetched: 0 });
  } finally {
    await session.close();
  }
});
