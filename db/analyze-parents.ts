import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { acquireLease } from '#db/lease.ts';

/** How long the statistics of a parent serve. */
const hours = 6;

/**
 * Gathers the planner's statistics of the partitioned tables. Autovacuum does so for their partitions, never for the
 * parents themselves, which queries over many months are planned by. A sample of 30,000 rows, however many there are;
 * at most once in six hours over all instances, because the lease that allows it is left to expire.
 *
 * Before Postgres 18 there is no way to leave out the partitions, which takes as long again for each. But the parent comes first
 * and is stored by itself, so that it may be broken off after `limitMs`. A lock that is held elsewhere is not waited for.
 */
export async function analyzeParents(database: Database, limitMs = 20_000): Promise<boolean> {
  const name = 'analyzing parents';
  if (!(await acquireLease(database, { name, holder: randomUUID(), seconds: hours * 3600 }))) return false;
  const [server] = await database.query<{ knows_only: boolean }>(
    sql`select current_setting('server_version_num')::int >= 180000 as knows_only`,
  );
  const only = server?.knows_only ? 'only ' : '';
  await queryWithin(database, limitMs, `analyze (skip_locked) ${only}mps.job`);
  await queryWithin(database, limitMs, `analyze (skip_locked) ${only}mps.job_transition`);
  return true;
}

/**
 * Runs a statement that must be no part of a transaction, and has the server cancel it when its time is up. A setting for that
 * would be the session's, and behind a transaction-mode pooler somebody else's next.
 */
async function queryWithin(database: Database, limitMs: number, statement: string): Promise<void> {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    cancel(database, statement).catch(() => {});
  }, limitMs);
  try {
    await database.query(sql.raw(statement));
  } catch (error) {
    if (!isOver) throw error;
  } finally {
    clearTimeout(timer);
  }
}

const cancel = (database: Database, statement: string): Promise<object[]> =>
  database.query(sql`
    select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and state = 'active' and query = ${statement}::text`);
