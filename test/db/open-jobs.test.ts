import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { isOpen, knownStates } from '#core/state.ts';
import { isOpenJob } from '#db/open-jobs.ts';
import { inTransaction } from '#db/transaction.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();

it('SQL takes for open what the rule of core does', async () => {
  const states = [
    ...knownStates,
    'Paused',
    'Fai',
    'Fail ',
    'fail',
    'Failed',
    'success',
    'Success1',
    'Zu spät',
    'Ω',
    '1',
    null,
  ];
  const rows = await db.database.query<{ state: string | null; is_open: boolean }>(sql`
    select state, ${isOpenJob} as is_open from unnest(${sql.param(states)}::text[]) as job (state)`);
  expect(rows).toEqual(states.map((state) => ({ state, is_open: isOpen(state) })));
});

it('open jobs are asked for in the words of the index that has only these', async () => {
  await db.database.query(sql`select mps.ensure_partitions(array['2026-11-15Z']::timestamptz[])`);
  const plan = await inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local enable_seqscan = off`);
    return tx.query(sql`explain select from mps.job where source = 'default' and ${isOpenJob}`);
  });
  expect(JSON.stringify(plan)).toMatch(/job_y2026m11_source_creation_time_missing_since_idx/);
});
