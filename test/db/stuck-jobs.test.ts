import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { inTransaction, type Transaction } from '#db/transaction.ts';
import { makeRecord } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, write, writeRecords, select } = useStore();

/** A creation time some hours ago, as MPS writes it. */
const hoursAgo = (hours: number) => `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;

/**
 * Jobs of March, half of them of another source, with a record of a kilobyte each. The planner knows of them, and the map of what all
 * see does: for that they have to be on disk, which the server of the tests otherwise puts off.
 */
async function fillJobs(jobs: number, toState: string): Promise<void> {
  await db.database.query(sql`select mps.ensure_partitions(array['2026-03-01T00:00:00Z'::timestamptz])`);
  await inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local synchronous_commit = on`);
    await tx.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select case when n % 2 = 0 then ${source} else 'other' end, n::text, timestamptz '2026-03-01T00:00:00Z' + n * interval '1 s',
        jsonb_build_object('State', ${sql.raw(toState)}, 'Input', jsonb_build_object('Object', repeat('o', 80)),
          'Configuration', repeat(md5(n::text), 40))
      from generate_series(1, ${jobs}::int) as n`);
  });
  // Not at once where somebody else, autovacuum for one, looks at this database just then.
  const vacuum = async () => {
    await db.database.query(sql`vacuum analyze mps.job`);
    const [table] = await select<{ seen: boolean }>(
      "select relallvisible >= relpages as seen from pg_class where oid = 'mps.job_y2026m03'::regclass",
    );
    return table?.seen;
  };
  await expect.poll(vacuum, { timeout: 10_000 }).toBe(true);
}

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Plan Rows': number;
  readonly 'Total Cost': number;
  readonly 'Temp Written Blocks': number;
}

async function explain(query: string, options = 'analyze, buffers'): Promise<Plan> {
  const [row] = await select<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (${options}, format json) ${query}`);
  if (!row) throw new Error('no plan');
  return row['QUERY PLAN'][0].Plan;
}

/** How many jobs are fetched from their table to answer. What the connection did before may still be in its numbers. */
const countFetched = (query: string): Promise<number> =>
  inTransaction(db.database, async (tx) => {
    const before = await readCounter(tx);
    await tx.query(sql.raw(query));
    return (await readCounter(tx)) - before;
  });

async function readCounter(transaction: Transaction): Promise<number> {
  const [row] = await transaction.query<{ fetched: number }>(sql`
    select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0))::int as fetched
    from pg_stat_xact_user_tables where schemaname = 'mps' and relname like 'job\\_y%'`);
  return row?.fetched ?? Number.NaN;
}

describe('report.stuck_job', () => {
  it('lists open jobs of over an hour that MPS still knows, whatever their open state is called', async () => {
    const old = (State: string | null) => makeRecord({ CreationTime: hoursAgo(2), State });
    const gone = old('Submitted');
    await writeRecords(old('Submitted'), old('Archived'), old(null), old('Success'), old('Fail'), gone);
    await writeRecords(makeRecord({ CreationTime: hoursAgo(0.5), State: 'Submitted' }));
    await write({ missingIds: [String(gone.Id)] });
    const rows = await select(`
      select state, open_for > interval '119 min' and open_for < interval '121 min' as in_time
      from report.stuck_job order by state nulls last`);
    expect(rows).toEqual(['Archived', 'Submitted', null].map((state) => ({ state, in_time: true })));
  });

  it.each([
    ['select count(*) from report.stuck_job', 10],
    ['select source, count(*) from report.stuck_job group by source', 10],
    [`select count(*) from report.stuck_job where creation_time < '2026-03-01T00:30:00Z'`, 10],
    ['select * from report.stuck_job limit 10', 100],
    [`select * from report.stuck_job where source = '${source}' limit 10`, 100],
    [`select * from report.stuck_job where source = '${source}' order by creation_time limit 10`, 100],
  ])('answers "%s" from %i of four thousand at most', async (query, most) => {
    await fillJobs(20_000, `case when n % 10 < 2 then 'Cancelled' else 'Success' end`);
    expect(await countFetched(query)).toBeLessThanOrEqual(most);
  });

  it('sorts ten thousand without their records, and within memory', async () => {
    await fillJobs(10_000, `'Submitted'`);
    const plan = await explain('select * from report.stuck_job order by open_for limit 10');
    expect(plan).toMatchObject({ 'Actual Rows': 10, 'Temp Read Blocks': 0, 'Temp Written Blocks': 0 });
  });

  it('is not taken for so much work that a server would compile it, where few of many jobs are open', async () => {
    const jobs = 20_000;
    await fillJobs(jobs, `case when n % 4000 = 0 then 'Submitted' when n % 16 = 0 then 'Fail' else 'Success' end`);
    const { 'Plan Rows': rows, 'Total Cost': cost } = await explain('select * from report.stuck_job', 'costs');
    expect(rows).toBeLessThan(jobs / 1_000);
    const { 'Total Cost': whole } = await explain('select * from mps.job', 'costs');
    expect(cost).toBeLessThan(whole / 10);
  });
});
