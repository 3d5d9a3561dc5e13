import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Ids of open jobs created before a moment (epoch seconds), newest first: those that no listing of the lookback sees. */
export async function selectOpenJobIds(
  database: Database,
  options: { source: string; createdBefore: number; limit: number },
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from mps.job
    where source = ${options.source}::text and (state is null or state not in ('Success', 'Fail'))
      and missing_since is null and creation_time < to_timestamp(${options.createdBefore})
    order by creation_time desc
    limit ${options.limit}`);
  return rows.map(({ id }) => id);
}
