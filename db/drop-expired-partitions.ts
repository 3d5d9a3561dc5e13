import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { toRetentionEdge } from '#core/retention.ts';
import type { Database } from '#db/client.ts';
import { acquireLease, releaseLease } from '#db/lease.ts';

export interface Retention {
  /** Whole months to keep besides the present one; `undefined` keeps everything. */
  readonly months: number | undefined;
  /** Epoch seconds. */
  readonly now: number;
  /** The run that is to say what was dropped. */
  readonly runId: number;
}

interface Partition {
  readonly parent: string;
  readonly name: string;
  /** A table of the name may have been taken off its parent already, wholly or half, by a pass that was cut short. */
  readonly attached: boolean;
  readonly half_detached: boolean;
}

/**
 * Drops the months that lie wholly before what is kept, of jobs and history alike, and returns the names of the tables
 * dropped. Readers and writers of other months are never in the way and never stopped: a partition is detached
 * `concurrently`, which has to be a statement of its own, and dropped when nobody can see it any more. What a pass that
 * was cut short left undone, the next one finishes.
 */
export async function dropExpiredPartitions(database: Database, retention: Retention): Promise<string[]> {
  const edge = retention.months === undefined ? undefined : toRetentionEdge(retention.now, retention.months);
  await updateRetainedFrom(database, edge);
  if (edge === undefined) return [];
  const expired = await selectExpired(database, edge);
  if (expired.length === 0) return [];
  const lease = await acquireLease(database, { name: 'dropping partitions', holder: randomUUID(), seconds: 600 });
  if (!lease) return [];
  try {
    for (const partition of expired) await dropPartition(database, partition);
    await deleteCounts(database, edge);
    await deleteAlerts(database, edge);
    await deleteRuns(database, edge);
    const dropped = expired.map(({ name }) => name);
    await database.query(sql`
      update mps.sync_run set dropped_partitions = ${sql.param(dropped)}::text[] where id = ${retention.runId}::bigint`);
    return dropped;
  } finally {
    await releaseLease(database, lease);
  }
}

/** Before anything is dropped, so that no run takes it for a gap. Writes nothing when nothing changed. */
async function updateRetainedFrom(database: Database, edge: number | undefined): Promise<void> {
  const from = sql`to_timestamp(${edge ?? null}::float8)`;
  await database.query(sql`
    update mps.coverage
    set retained_from = ${from}, since = greatest(since, ${from}),
      covered = covered * tstzmultirange(tstzrange(${from}, null))
    where retained_from is distinct from ${from} or since < ${from}`);
}

async function selectExpired(database: Database, edge: number): Promise<Partition[]> {
  return database.query<Partition>(sql`
    select (match)[1] as parent, relname as name, inhparent is not null as attached,
      coalesce(inhdetachpending, false) as half_detached
    from pg_class
    cross join lateral regexp_match(relname, '^(job|job_transition)_y(\\d{4})m(\\d{2})$') as match
    left join pg_inherits on inhrelid = oid
    where relnamespace = 'mps'::regnamespace and relkind = 'r' and match is not null
      and make_timestamptz((match)[2]::int, (match)[3]::int, 1, 0, 0, 0, 'UTC') + interval '1 month' <= to_timestamp(${edge})
    order by (match)[2], (match)[3], (match)[1]`);
}

async function dropPartition(database: Database, partition: Partition): Promise<void> {
  const parent = sql`mps.${sql.identifier(partition.parent)}`;
  const child = sql`mps.${sql.identifier(partition.name)}`;
  const how = partition.half_detached ? sql`finalize` : sql`concurrently`;
  if (partition.attached) await database.query(sql`alter table ${parent} detach partition ${child} ${how}`);
  await database.query(sql`drop table ${child}`);
}

async function deleteCounts(database: Database, edge: number): Promise<void> {
  await database.query(sql`delete from mps.job_hourly where hour < to_timestamp(${edge})`);
  await database.query(sql`delete from mps.job_daily where day < to_timestamp(${edge})`);
  await database.query(sql`delete from mps.job_time_hourly where hour < to_timestamp(${edge})`);
}

/** What alerting remembers of the dropped months. A message that waits to be delivered is kept. */
async function deleteAlerts(database: Database, edge: number): Promise<void> {
  await database.query(sql`delete from mps.alert_event where job_creation_time < to_timestamp(${edge})`);
  await database.query(sql`
    delete from mps.alert_group where status = 'resolved' and active_at < to_timestamp(${edge})`);
  await database.query(sql`
    with gone as (
      delete from mps.alert_delivery where status <> 'pending' and created_at < to_timestamp(${edge}) returning id
    )
    delete from mps.alert_attempt where delivery_id in (select id from gone)`);
  await database.query(sql`delete from mps.alert_silence where ends_at < to_timestamp(${edge})`);
}

/** Runs of the dropped months: a run a minute makes half a million a year. */
async function deleteRuns(database: Database, edge: number): Promise<void> {
  await database.query(sql`delete from mps.sync_run where started_at < to_timestamp(${edge}) and outcome is not null`);
}
