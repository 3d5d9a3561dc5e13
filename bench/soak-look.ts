import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** What of a running product is looked at now and then. Sizes in MB. */
export interface Usage {
  /** Memory of the process, resident. */
  readonly memory: number;
  readonly fileHandles: number;
  readonly connections: number;
  /** Memory that the server's processes share with none. */
  readonly serverMemory: number;
  /** Files of the WAL on disk. */
  readonly walFiles: number;
  /** WAL written since the look before: what changed, and whole pages, of which each first change after a checkpoint writes one. */
  readonly walRecords: number;
  readonly walPages: number;
  readonly jobs: number;
  /** Changes of a job's state that were stored, its first among them. */
  readonly changes: number;
  /** All tables and indexes of the schema, and those that have no row for each job, run or message. */
  readonly stored: number;
  readonly fixedTables: number;
}

/** Has the database tell what its WAL holds, and the place where it is now. */
export async function readWalPlace(database: Database): Promise<string> {
  await database.query(sql`create extension if not exists pg_walinspect`);
  const [row] = await database.query<{ lsn: string }>(sql`select pg_current_wal_flush_lsn()::text as lsn`);
  return row?.lsn ?? '0/0';
}

/**
 * Looks at a process, and at the server whose first process is `serverPid`. Linux only. `since` is the place in the WAL that the look
 * before ended at (`lsn` of its answer).
 */
export async function lookAt(
  pid: number,
  serverPid: number,
  database: Database,
  since: string,
): Promise<Usage & { readonly lsn: string }> {
  const [status, handles, serverMemory, numbers] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
    readServerMemory(serverPid),
    selectNumbers(database, since),
  ]);
  const memory = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  return { memory, fileHandles: handles.length, serverMemory, ...numbers };
}

async function readServerMemory(serverPid: number): Promise<number> {
  const children = await readFile(`/proc/${serverPid}/task/${serverPid}/children`, 'utf8');
  const pids = [serverPid, ...children.trim().split(/\s+/).map(Number)];
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/Private_Dirty:\s+(\d+)/.exec(rollup)?.[1] ?? 0) / 1024;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

type Numbers = Omit<Usage, 'memory' | 'fileHandles' | 'serverMemory'> & { lsn: string };

async function selectNumbers(database: Database, since: string): Promise<Numbers> {
  const [row] = await database.query<Numbers>(sql`
    with wal as materialized (select pg_current_wal_flush_lsn() as lsn),
    written as (
      select sum(record_size) as records, sum(fpi_size) as pages
      from wal, pg_get_wal_stats(${since}::pg_lsn, lsn)
      where lsn > ${since}::pg_lsn
    ),
    sizes as (
      select relname, pg_total_relation_size(class.oid) / 1048576.0 as size
      from pg_class as class join pg_namespace as space on space.oid = relnamespace
      where nspname = 'mps' and relkind = 'r'
    )
    select
      (select count(*)::int from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend') as connections,
      (select sum(size)::float8 / 1048576 from pg_ls_waldir()) as "walFiles",
      (select lsn::text from wal) as lsn,
      (select coalesce(records, 0)::float8 / 1048576 from written) as "walRecords",
      (select coalesce(pages, 0)::float8 / 1048576 from written) as "walPages",
      (select count(*)::int from mps.job) as jobs,
      (select count(*)::int from mps.job_transition) as changes,
      (select sum(size)::float8 from sizes) as stored,
      (select sum(size)::float8 from sizes
        where relname in ('lease', 'quota', 'coverage', 'alert_state', 'alert_channel')) as "fixedTables"`);
  if (!row) throw new Error('the database answered nothing');
  return row;
}
