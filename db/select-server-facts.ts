import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** What a database says of itself and of what we may do there. */
export interface ServerFacts {
  /** `server_version_num`, such as 140011. */
  readonly version: number;
  /** Its clock, in epoch ms. */
  readonly now: number;
  /** A hot standby, or read-only for another reason. */
  readonly readOnly: boolean;
  readonly standby: boolean;
  readonly user: string;
  /** The server's own port: another one than the URL's means a pooler or a proxy in between. NULL on a socket. */
  readonly serverPort: number | null;
  /** Whether the schema is there. */
  readonly migrated: boolean;
  /** Whether we may see which migrations ran. */
  readonly maySeeMigrations: boolean;
  /** What the sync needs; false where the schema is missing. */
  readonly mayWrite: boolean;
  readonly mayMakePartitions: boolean;
  /** What the view needs. */
  readonly mayRead: boolean;
  readonly database: string;
  /** Whether schemas may be made, which the first migration does. */
  readonly mayMakeSchemas: boolean;
  /** What transactions are by default: all that is written here relies on `read committed`, which is PostgreSQL's own. */
  readonly isolation: string;
  /** Whether the role `mps_reader` reads the views of `report`. NULL where there is no such role, or no view yet. */
  readonly readerReads: boolean | null;
}

/** One look at a server, also where nothing of ours is there yet. */
export async function selectServerFacts(database: Database): Promise<ServerFacts> {
  const [facts] = await database.query<ServerFacts>(sql`
    with ours as (
      select relname as name, c.oid, relowner as owner, n.oid as schema,
        has_schema_privilege(n.oid, 'usage') as open, has_table_privilege(c.oid, 'select') as readable
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where (nspname, relname) in (
        ('mps', 'job'), ('mps', 'job_transition'), ('mps', 'lease'), ('mps', 'schema_migration'), ('report', 'sync_run'))
    )
    select current_setting('server_version_num')::int as version,
      extract(epoch from clock_timestamp())::float8 * 1000 as now,
      current_setting('transaction_read_only')::boolean as "readOnly",
      pg_is_in_recovery() as standby,
      current_user::text as "user",
      inet_server_port() as "serverPort",
      exists (select from ours where name = 'schema_migration') as migrated,
      exists (select from ours where name = 'schema_migration' and open and readable) as "maySeeMigrations",
      (select count(*) = 2 and bool_and(open and has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update'))
        from ours where name in ('job', 'lease')) as "mayWrite",
      exists (select from ours where name = 'job' and pg_has_role(owner, 'usage')
        and has_schema_privilege(schema, 'create')) as "mayMakePartitions",
      (select count(*) = 3 and bool_and(open and readable)
        from ours where name in ('job', 'job_transition', 'sync_run')) as "mayRead",
      current_database()::text as database,
      has_database_privilege(current_database(), 'create') as "mayMakeSchemas",
      current_setting('default_transaction_isolation') as isolation,
      (select has_schema_privilege(reader.oid, schema, 'usage') and has_table_privilege(reader.oid, ours.oid, 'select')
        from ours, pg_roles as reader where name = 'sync_run' and rolname = 'mps_reader') as "readerReads"`);
  if (!facts) throw new Error('a select without a from gives one row');
  return facts;
}

/**
 * Does what a run does to the tables and takes it back: the partitions of this month and the next, and a lease. Waits
 * two seconds for a lock at most, so that it is in nobody's way.
 */
export async function rehearseWrite(database: Database): Promise<void> {
  await database.query(sql`
    do $$
    begin
      set local lock_timeout = '2s';
      perform mps.ensure_partitions(array[now(), now() + interval '1 month']);
      insert into mps.lease (name, holder, fence, expires_at) values ('mps-sync doctor', 'doctor', 1, now());
      raise exception using errcode = 'MPS00', message = 'rehearsed';
    exception when sqlstate 'MPS00' then null;
    end $$`);
}
