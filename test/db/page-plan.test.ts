import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { toPageStatement } from '#db/page-statement.ts';
import { makeRecord, toJobs } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, run, write } = useStore();
const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];
const makeJobs = (count: number) =>
  toJobs(...Array.from({ length: count }, (_, n) => makeRecord({ CreationTime: `${months[n % 6]}-03T10:00:00Z` })));

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Total Cost': number;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** How a plan reads jobs: the kind of node, and what of a job's key the index is asked for; each once. */
function toJobReads(rows: readonly Record<string, unknown>[]): string[] {
  const plans = (rows[0]?.['QUERY PLAN'] ?? []) as readonly { Plan: PlanNode }[];
  const reads = plans
    .flatMap(({ Plan }) => flatten(Plan))
    .filter((node) => node['Relation Name']?.startsWith('job_y') && node['Node Type'] !== 'ModifyTable');
  return [...new Set(reads.map((node) => `${node['Node Type']} by ${toKey(node['Index Cond'] ?? '')}`))];
}

const toKey = (condition: string): string =>
  ['id', 'creation_time'].filter((column) => condition.includes(`(${column} = incoming.${column})`)).join(', ');

/** The plan that Postgres makes for these very values. */
const planPage = async (statement: SQL) => toJobReads(await db.database.query(sql`explain (format json) ${statement}`));

/** The plan that it would keep for a prepared statement, whatever the values. */
async function planPrepared(statement: SQL): Promise<string[]> {
  const { sql: text, params } = new PgDialect().sqlToQuery(statement);
  const client = new Client({ connectionString: db.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('set local plan_cache_mode = force_generic_plan');
    await client.query(`prepare page as ${text}`);
    const { rows } = await client.query(`explain (format json) execute page (${params.map(() => 'null').join(', ')})`);
    await client.query('deallocate page');
    await client.query('rollback');
    return toJobReads(rows);
  } finally {
    await client.end();
  }
}

/** Two indexes begin so: the primary key, and the one of the newest first. Either finds a job at once. */
const byKey = ['Index Scan by id, creation_time'];

it('looks each job up by its key, in empty tables and in full ones, planned for a page or once for all', async () => {
  const jobs = makeJobs(300);
  const statement = toPageStatement({ ...run(), jobs, rejections: [], covers: { from: 1000, to: 2000 } });
  await db.database.query(sql`select mps.ensure_partitions(array(
    select make_timestamptz(2026, month, 1, 0, 0, 0) from generate_series(1, 6) as month))`);
  expect(await planPage(statement)).toEqual(byKey);
  expect(await planPrepared(statement)).toEqual(byKey);
  for (let page = 0; page < 20; page += 1) await write({ jobs: makeJobs(300) });
  await db.database.query(sql`analyze mps.job`);
  expect(await planPage(statement)).toEqual(byKey);
  expect(await planPrepared(statement)).toEqual(byKey);
});

it('is never worth compiling, over however many months', async () => {
  await db.database.query(sql`select mps.ensure_partitions(array(
    select make_timestamptz(year, month, 1, 0, 0, 0) from generate_series(2024, 2026) as year, generate_series(1, 12) as month))`);
  const statement = toPageStatement({
    ...run(),
    jobs: makeJobs(300),
    rejections: [],
    covers: { from: 1000, to: 2000 },
  });
  const [row] = await db.database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    sql`explain (format json) ${statement}`,
  );
  const [setting] = await db.database.query<{ limit: number }>(
    sql`select current_setting('jit_above_cost')::float8 as limit`,
  );
  expect(row?.['QUERY PLAN'][0]?.Plan['Total Cost']).toBeLessThan((setting?.limit ?? 0) / 4);
});
