import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { acquireLease } from '#db/lease.ts';

/** How long the statistics of a parent serve. */
const hours = 6;

/**
 * Gathers the planner's statistics of the partitioned tables. Autovacuum does so for their partitions, never for the
 * parents themselves, which queries over many months are planned by. A sample of 30,000 rows, however many there are;
 * at most once in six hours over all instances, because the lease that allows it is left to expire. Before Postgres 18
 * there is no way to leave out the partitions, which takes as long again for each.
 */
export async function analyzeParents(database: Database): Promise<boolean> {
  const name = 'analyzing parents';
  if (!(await acquireLease(database, { name, holder: randomUUID(), seconds: hours * 3600 }))) return false;
  const [server] = await database.query<{ knows_only: boolean }>(
    sql`select current_setting('server_version_num')::int >= 180000 as knows_only`,
  );
  const only = server?.knows_only ? sql`only` : sql``;
  await database.query(sql`analyze ${only} mps.job`);
  await database.query(sql`analyze ${only} mps.job_transition`);
  return true;
}
