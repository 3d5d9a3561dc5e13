import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { AppError, toAppError } from '#core/errors.ts';
import { toRetentionEdge } from '#core/retention.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { readCode } from '#db/database-error.ts';
import { acquireLease, releaseLease } from '#db/lease.ts';
import { toMoment } from '#db/moment.ts';
import { monthTables } from '#db/month-tables.ts';
import { selectRetainedFrom, updateRetainedFrom } from '#db/retained-from.ts';
import { inTransaction, type Limits, type Transaction } from '#db/transaction.ts';

export interface Retention {
  readonly source: string;
  /** Whole months to keep besides the present one; `undefined` keeps everything. */
  readonly months: number | undefined;
  /** Epoch seconds. */
  readonly now: number;
  /** The run that is to say what was dropped; `undefined` where it could not be recorded. */
  readonly runId: number | undefined;
}

interface Work {
  /** Months to drop, each by its first day. */
  readonly expired: readonly string[];
  /** Epoch seconds: counts of before are left over of months that somebody dropped by hand. */
  readonly staleCountsBefore: number | undefined;
  /** Months to put back. */
  readonly halfDetached: readonly string[];
}

/**
 * For a month to go, all who read or write jobs have to wait: so its lock is asked for for a moment only, and the next pass asks
 * again. docs/decisions/0019-a-month-goes-at-once.md says why it is not detached `concurrently`.
 */
const limits: Limits = { lockMs: 500, statementMs: 30_000 };

/**
 * Drops the months that lie wholly before what is kept, of jobs and history alike, and returns the names of the tables dropped.
 * A month goes in one transaction with its counts and with the run's record that it was dropped, so a pass may be cut
 * short anywhere. Throws `database_busy` where a lock was not to be had; months dropped until then stay dropped. A month that cannot
 * go, because a view of somebody's needs it for one, keeps no other: the first error is thrown at the end.
 */
export async function dropExpiredPartitions(database: WritableDatabase, retention: Retention): Promise<string[]> {
  const { source, months, now } = retention;
  const edge = months === undefined ? undefined : toRetentionEdge(now, months);
  await updateRetainedFrom(database, { source, edge });
  const work = await selectWork(database, await selectRetainedFrom(database));
  if (work.expired.length + work.halfDetached.length === 0 && work.staleCountsBefore === undefined) return [];
  const lease = await acquireLease(database, { name: 'dropping partitions', holder: randomUUID(), seconds: 600 });
  if (!lease) return [];
  try {
    return await doWork(database, work, retention.runId);
  } finally {
    await releaseLease(database, lease);
  }
}

async function selectWork(database: Database, edge: number | undefined): Promise<Work> {
  const months = await database.query<{ day: string; is_expired: boolean }>(sql`
    select to_char(day, 'YYYY-MM-DD') as day, is_expired
    from ${monthTables} as month
    cross join lateral (select coalesce(ends_at <= ${toMoment(edge)}, false) as is_expired) as verdict
    where is_partition
    group by day, is_expired
    having is_expired or bool_or(is_half_detached)
    order by day`);
  return {
    expired: months.filter((month) => month.is_expired).map(({ day }) => day),
    staleCountsBefore: edge !== undefined && (await hasCounts(database, edge)) ? edge : undefined,
    halfDetached: months.filter((month) => !month.is_expired).map(({ day }) => day),
  };
}

/** Of one month, counts or times may be left. One look into the index of each. */
async function hasCounts(database: Database, edge: number): Promise<boolean> {
  const rows = await database.query(sql`
    select
    where exists (select from mps.job_hourly where hour < ${toMoment(edge)})
      or exists (select from mps.job_time_hourly where hour < ${toMoment(edge)})`);
  return rows.length > 0;
}

/** A month that is to be kept and that `detach … concurrently` left half detached is put back last, so that it stops nothing. */
async function doWork(database: WritableDatabase, work: Work, runId: number | undefined): Promise<string[]> {
  const dropped: string[] = [];
  const errors: AppError[] = [];
  for (const day of work.expired) {
    try {
      dropped.push(...(await dropMonth(database, day, runId)));
    } catch (thrown) {
      const error = toAppError(thrown);
      // Whoever holds the lock, or the connection that broke, is in the way of all of them.
      if (error.retryable) throw error;
      errors.push(error);
    }
  }
  if (errors[0]) throw errors[0];
  if (work.staleCountsBefore !== undefined) await deleteCounts(database, work.staleCountsBefore);
  for (const day of work.halfDetached) await putBack(database, day);
  return dropped;
}

function putBack(database: WritableDatabase, day: string): Promise<object[]> {
  const statement = sql`select mps.ensure_partitions(array[lower(mps.to_month(${day}::date))])`;
  return inTransaction(database, (transaction) => transaction.query(statement), limits);
}

/** Postgres's code for a disk that is full. */
const diskFull = '53100';

/** Where a full disk has no room for the record, the month goes without: what goes gives room to the next. */
async function dropMonth(database: WritableDatabase, day: string, runId: number | undefined): Promise<string[]> {
  try {
    return await inTransaction(database, (transaction) => dropAndRecord(transaction, day, runId), limits);
  } catch (error) {
    if (runId === undefined || !(error instanceof AppError) || readCode(error.cause) !== diskFull) throw error;
    return await dropMonth(database, day, undefined);
  }
}

async function dropAndRecord(transaction: Transaction, day: string, runId: number | undefined): Promise<string[]> {
  const [month] = await transaction.query<{ dropped: string[] }>(sql`select mps.drop_month(${day}::date) as dropped`);
  const dropped = month?.dropped ?? [];
  if (runId === undefined) return dropped;
  await transaction.query(sql`
    update mps.sync_run
    set dropped_partitions = coalesce(dropped_partitions, '{}') || ${sql.param(dropped)}::text[]
    where id = ${runId}::bigint`);
  return dropped;
}

function deleteCounts(database: WritableDatabase, before: number): Promise<object[]> {
  const statement = sql`select mps.delete_counts('-infinity', ${toMoment(before)})`;
  return inTransaction(database, (transaction) => transaction.query(statement), limits);
}
