import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/**
 * Seconds by which a hot standby is behind its primary; `null` where the database is no standby. A standby that has
 * replayed all it received is up to date, however long ago the last change was.
 */
export async function selectStandbyLag(database: Database): Promise<number | null> {
  const rows = await database.query<{ lag: number | null }>(sql`
    select case
      when not pg_is_in_recovery() then null
      when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
      else greatest(0, extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()))
    end::float8 as lag`);
  return rows[0]?.lag ?? null;
}
