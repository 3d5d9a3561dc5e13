import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { useDatabase } from './test-database.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.database.query(sql`select mps.ensure_partitions(array['2026-10-15Z', '2026-11-15Z']::timestamptz[])`);
});

/** How the server would answer if tables were too large to be read whole. */
async function planOf(query: string): Promise<string> {
  const { rows } = await db.database.drizzle.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    await tx.execute(sql`set local enable_bitmapscan = off`);
    return tx.execute<{ 'QUERY PLAN': string }>(sql.raw(`explain ${query}`));
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

it.each([
  ["where id = 'a'", /using job_y2026m11_id_idx/],
  ["where user_data = 'a'", /using job_y2026m11_user_data_idx/],
  ["where input_object = 'a'", /using job_y2026m11_input_object_idx/],
  ["where output_object = 'a'", /using job_y2026m11_output_object_idx/],
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

it('a job beside a row of one’s own is found by what they share', async () => {
  const plan = await planOf(`
    select * from (values ('a'), ('b')) as asset (id) join report.job on job.user_data = asset.id`);
  expect(plan).toMatch(/Nested Loop.*using job_y2026m11_user_data_idx/s);
});
