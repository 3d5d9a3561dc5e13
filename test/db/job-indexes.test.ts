import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.database.query(sql`select mps.ensure_partitions(array['2026-10-15Z', '2026-11-15Z']::timestamptz[])`);
});

/** How the server would answer if tables were too large to be read whole. */
async function planOf(query: string): Promise<string> {
  const rows = await inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local enable_seqscan = off`);
    await tx.query(sql`set local enable_bitmapscan = off`);
    return tx.query<{ 'QUERY PLAN': string }>(sql.raw(`explain ${query}`));
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const isText = (column: string): string =>
  `${column} = 'a' and report.text_key(creation_time, ${column}) = any (report.text_keys('a'))`;

it.each([
  ["where id = 'a'", /using job_y2026m11_id_idx/],
  [`where ${isText('user_data')}`, /Index Cond: .*hashtextextended\(user_data.* = ANY/],
  [`where ${isText('input_object')}`, /Index Cond: .*hashtextextended\(input_object.* = ANY/],
  [`where ${isText('output_object')}`, /Index Cond: .*hashtextextended\(output_object.* = ANY/],
  ['order by creation_time desc, id desc limit 50', /Backward using job_y2026m11_pkey/],
  [
    "where (creation_time, id) < ('2026-11-16Z', 'a') order by creation_time desc, id desc limit 50",
    /Backward using job_y2026m11_pkey/,
  ],
])('report.job %s is answered by an index, without sorting', async (clauses, index) => {
  const plan = await planOf(`select * from report.job ${clauses}`);
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/Sort|Seq Scan/);
});

it('jobs of a row of one’s own are found by the text that they share', async () => {
  const plan = await planOf(`
    select * from (values ('a'), ('b')) as asset (id) join report.job
      on job.user_data = asset.id and report.text_key(job.creation_time, job.user_data) = any (report.text_keys(asset.id))`);
  expect(plan).toMatch(/Nested Loop.*Index Cond: .*hashtextextended\(user_data.* = ANY/s);
});

/** Blocks of the table's own indexes and of itself that a statement met. */
async function countBlocks(query: string): Promise<number> {
  const [row] = await db.database.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
    sql.raw(`explain (analyze, buffers, format json) ${query}`),
  );
  const { 'Shared Hit Blocks': hit = 0, 'Shared Read Blocks': read = 0 } = row?.['QUERY PLAN'][0].Plan ?? {};
  return hit + read;
}

it('storing a job beside many of the same user data and output costs no more than beside few', async () => {
  const insert = (from: number, count: number) => `
    insert into mps.job (source, id, creation_time, raw)
    select 'default', 'job-' || n, timestamptz '2026-11-15Z' + n * interval '1 second', '{"State": "Success",
      "UserData": "testid-001", "SnapshotConfig": {"OutputFile": {"Object": "snapshot/{RunId}/{Count}.jpg"}}}'
    from generate_series(${from}, ${from + count - 1}) as n`;
  const few = await countBlocks(insert(0, 1_000));
  await db.database.query(sql.raw(insert(1_000, 20_000)));
  expect(await countBlocks(insert(21_000, 1_000))).toBeLessThan(2 * few);
});
