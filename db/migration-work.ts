import type { Client } from 'pg';

/** A session in the way of a migration. */
interface LockHolder {
  /** 0 stands for a prepared transaction. */
  readonly pid: number;
  readonly role: string | null;
  /** NULL also where the role that migrates may not see it. */
  readonly application: string | null;
  readonly state: string | null;
  /** Age of its transaction. */
  readonly seconds: number | null;
}

/** What the migration under way does at this moment. */
export interface MigrationWork {
  /** What it waits for a lock on, and who is in the way. */
  readonly wanted: string | null;
  readonly holders: readonly LockHolder[];
  /** The index that it makes, where it makes one. */
  readonly index: string | null;
}

/**
 * The lock by which the backend of a migration is found, behind a pooler too. Where a process was killed and the server
 * has not noticed yet, the next one waits for it here.
 */
export const takeWorkLock = "select pg_advisory_xact_lock(hashtext('mps-sync'), hashtext('migration'))";

const selectWork = `
  with worker as (
    select pid from pg_locks
    where locktype = 'advisory' and objsubid = 2
      and classid = hashtext('mps-sync')::oid and objid = hashtext('migration')::oid
      and database = (select oid from pg_database where datname = current_database())
    order by granted limit 1
  )
  select
    (select coalesce(relation::regclass::text, 'another transaction (' || locktype || ')')
      from pg_locks where pid = worker.pid and not granted limit 1) as wanted,
    (select coalesce(json_agg(holder), '[]') from (
      select blocking as pid, usename as role, nullif(application_name, '') as application, state,
        extract(epoch from clock_timestamp() - xact_start)::int as seconds
      from (select distinct unnest(pg_blocking_pids(worker.pid)) as blocking) as blocking
      left join pg_stat_activity on pid = blocking
      order by seconds desc nulls last
    ) as holder) as holders,
    (select 'an index of ' || coalesce((select oid::regclass::text from pg_class where oid = relid), 'a new table')
        || case when partitions_total > 0 then ', partition ' || partitions_done + 1 || ' of ' || partitions_total else '' end
      from pg_stat_progress_create_index as progress where progress.pid = worker.pid) as index
  from worker`;

/**
 * Looks from another connection, also one in a transaction: what was looked at before is forgotten. Without a search path, tables are
 * named with their schemas.
 */
export async function selectMigrationWork(watcher: Client): Promise<MigrationWork | undefined> {
  await watcher.query("select pg_stat_clear_snapshot(), set_config('search_path', '', true)");
  const { rows } = await watcher.query<MigrationWork>(selectWork);
  return rows[0];
}

/** "report.job_duration, held by pid 4711 (application psql, role grafana, idle in transaction for 12 s)". */
export function describeWait({ wanted, holders }: MigrationWork): string {
  const names = holders.map(describeHolder).join(' and ');
  return `${wanted}, held by ${names || 'a session that has just ended'}`;
}

/** A sentence with what ends those who are in the way; empty where they are gone. */
export function describeRemedy({ holders }: MigrationWork): string {
  const calls = holders.map(({ pid }) => (pid === 0 ? "rollback prepared '…'" : `select pg_terminate_backend(${pid})`));
  return calls.length > 0 ? ` To end that: ${calls.join('; ')}.` : '';
}

function describeHolder({ pid, role, application, state, seconds }: LockHolder): string {
  if (pid === 0) return 'a prepared transaction (pg_prepared_xacts names it)';
  const facts = [
    application && `application ${application}`,
    role && `role ${role}`,
    state && (seconds === null ? state : `${state} for ${seconds} s`),
  ];
  return `pid ${pid} (${facts.filter((fact) => fact).join(', ')})`;
}
