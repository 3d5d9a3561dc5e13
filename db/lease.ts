import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** A lease that is held. The fence identifies this holding for ever: it never comes again. */
export interface Lease {
  readonly name: string;
  readonly fence: number;
}

/**
 * Takes the lease when nobody holds it or its holder let it expire. Returns `undefined` when it is held. Time is the
 * database's, so that the clocks of the instances do not matter.
 */
export async function acquireLease(
  database: Database,
  options: { name: string; holder: string; seconds: number },
): Promise<Lease | undefined> {
  const rows = await database.query<{ fence: number }>(sql`
    insert into mps.lease as lease (name, holder, fence, expires_at)
    values (${options.name}::text, ${options.holder}::text, 1, now() + make_interval(secs => ${options.seconds}))
    on conflict (name) do update
      set holder = excluded.holder, fence = lease.fence + 1, expires_at = excluded.expires_at
      where lease.expires_at <= now()
    returning fence::float8 as fence`);
  return rows[0] && { name: options.name, fence: rows[0].fence };
}

/** Holds on for longer. Returns `false` when another holder has taken over. */
export async function extendLease(database: Database, lease: Lease, seconds: number): Promise<boolean> {
  const rows = await database.query(sql`
    update mps.lease set expires_at = now() + make_interval(secs => ${seconds})
    where name = ${lease.name}::text and fence = ${lease.fence}::bigint
    returning name`);
  return rows.length > 0;
}

/** Lets go, so that the next run need not wait for the expiry. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.query(sql`
    update mps.lease set expires_at = now()
    where name = ${lease.name}::text and fence = ${lease.fence}::bigint and expires_at > now()`);
}
