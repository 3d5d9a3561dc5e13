import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { toRetentionEdge } from '#core/retention.ts';
import type { Database } from '#db/client.ts';
import { acquireLease, releaseLease } from '#db/lease.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';

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
  /** The end of its month, in epoch seconds. */
  readonly ends_at: number;
  /** A table of the name may have been taken off its parent already, wholly or half, by a pass that was cut short. */
  readonly attached: boolean;
  readonly half_detached: boolean;
}

/**
 * Drops the months that lie wholly before what is kept, of jobs and history alike, and returns the names of the tables
 * dropped. Readers and writers of other months are never in the way and never stopped: a partition is detached
 * `concurrently`, which has to be a statement of its own, and dropped when nobody can see it any more.
 *
 * A pass may be cut short anywhere, and the next one finishes it: a month's table is what tells that there is work, so it goes
 * last, in one transaction with the month's counts and with the run's record that it was dropped.
 */
export async function dropExpiredPartitions(database: Database, retention: Retention): Promise<string[]> {
  const edge = retention.months === undefined ? undefined : toRetentionEdge(retention.now, retention.months);
  await updateRetainedFrom(database, edge);
  if (edge === undefined) return [];
  const expired = await selectExpired(database, edge);
  const isCounted = await hasCounts(database, edge);
  if (expired.length === 0 && !isCounted) return [];
  const lease = await acquireLease(database, { name: 'dropping partitions', holder: randomUUID(), seconds: 600 });
  if (!lease) return [];
  try {
    if (expired.length > 0) {
      await deleteAlerts(database, edge);
      await deleteRuns(database, edge);
    }
    for (const partition of expired) await dropPartition(database, partition, retention.runId);
    // Of a month whose table somebody dropped by hand.
    if (isCounted) await inTransaction(database, (transaction) => deleteCounts(transaction, edge));
    return expired.map(({ name }) => name);
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
    select (match)[1] as parent, relname as name, extract(epoch from ends_at)::float8 as ends_at,
      inhparent is not null as attached, coalesce(inhdetachpending, false) as half_detached
    from pg_class
    cross join lateral regexp_match(relname, '^(job|job_transition)_y(\\d{4})m(\\d{2})$') as match
    cross join lateral (
      select make_timestamp((match)[2]::int, (match)[3]::int, 1, 0, 0, 0) + interval '1 month' as month_after
    ) as calendar
    cross join lateral (select month_after at time zone 'UTC' as ends_at) as moment
    left join pg_inherits on inhrelid = oid
    where relnamespace = 'mps'::regnamespace and relkind = 'r' and match is not null and ends_at <= to_timestamp(${edge})
    order by (match)[2], (match)[3], (match)[1]`);
}

/** One look into the index. */
async function hasCounts(database: Database, edge: number): Promise<boolean> {
  const rows = await database.query(sql`select from mps.job_hourly where hour < to_timestamp(${edge}) limit 1`);
  return rows.length > 0;
}

async function dropPartition(database: Database, partition: Partition, runId: number): Promise<void> {
  const parent = sql`mps.${sql.identifier(partition.parent)}`;
  const child = sql`mps.${sql.identifier(partition.name)}`;
  const how = partition.half_detached ? sql`finalize` : sql`concurrently`;
  if (partition.attached) await database.query(sql`alter table ${parent} detach partition ${child} ${how}`);
  await inTransaction(database, async (transaction) => {
    await transaction.query(sql`drop table ${child}`);
    await transaction.query(sql`
      update mps.sync_run set dropped_partitions = coalesce(dropped_partitions, '{}') || ${partition.name}::text
      where id = ${runId}::bigint`);
    await deleteCounts(transaction, partition.ends_at);
  });
}

/** Under the lock of those who count, as the last thing of its transaction: all who store pages wait for it. */
async function deleteCounts(transaction: Transaction, before: number): Promise<void> {
  await transaction.query(sql`select mps.lock_counts()`);
  await transaction.query(sql`delete from mps.job_hourly where hour < to_timestamp(${before})`);
  await transaction.query(sql`delete from mps.job_daily where day < to_timestamp(${before})`);
  await transaction.query(sql`delete from mps.job_time_hourly where hour < to_timestamp(${before})`);
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
