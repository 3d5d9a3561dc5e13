import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { type AppError, toAppError } from '#core/errors.ts';
import type { WritableDatabase } from '#db/client.ts';
import { acquireLease } from '#db/lease.ts';
import { toMoment } from '#db/moment.ts';
import { selectRetainedFrom } from '#db/retained-from.ts';
import { inTransaction } from '#db/transaction.ts';

/** How long between two looks: there is no index for each. */
const hours = 6;

/** Rows deleted in one transaction at most, so that none takes long. */
const atOnce = 20_000;

/**
 * Deletes what else is of before the months that are kept: records of runs, alerts that are over, rejected records. At most
 * once in six hours over all instances, because the lease that allows it is left to expire. Returns how many rows went.
 * What cannot be deleted of one kind keeps no other from going: the first error is thrown at the end.
 */
export async function deleteExpired(database: WritableDatabase): Promise<number> {
  const from = await selectRetainedFrom(database);
  if (from === undefined) return 0;
  const name = 'deleting what has expired';
  if (!(await acquireLease(database, { name, holder: randomUUID(), seconds: hours * 3600 }))) return 0;
  let deleted = 0;
  const errors: AppError[] = [];
  for (const statement of toDeletions(toMoment(from))) {
    deleted += await repeat(database, statement).catch((thrown) => {
      errors.push(toAppError(thrown));
      return 0;
    });
  }
  if (errors[0]) throw errors[0];
  return deleted;
}

/** Each deletes `atOnce` rows. A message that waits to be delivered is kept, and a run that nobody has closed. */
const toDeletions = (edge: SQL): SQL[] => [
  toDeletion(sql`mps.alert_event`, sql`job_creation_time < ${edge}`),
  toDeletion(sql`mps.alert_group`, sql`status = 'resolved' and active_at < ${edge}`),
  sql`with gone as (${toDeletion(sql`mps.alert_delivery`, sql`status <> 'pending' and created_at < ${edge}`)}),
    attempts as (delete from mps.alert_attempt where delivery_id in (select id from gone))
    select id from gone`,
  toDeletion(sql`mps.alert_silence`, sql`ends_at < ${edge}`),
  toDeletion(sql`mps.sync_run`, sql`started_at < ${edge} and outcome is not null`),
  toDeletion(sql`mps.rejected_record`, sql`rejected_at < ${edge}`),
];

const toDeletion = (table: SQL, expired: SQL): SQL =>
  sql`delete from ${table} where id in (select id from ${table} where ${expired} limit ${sql.raw(`${atOnce}`)}) returning id`;

async function repeat(database: WritableDatabase, statement: SQL): Promise<number> {
  for (let deleted = 0; ; ) {
    const limits = { lockMs: 2_000, statementMs: 30_000 };
    const rows = await inTransaction(database, (transaction) => transaction.query(statement), limits);
    deleted += rows.length;
    if (rows.length < atOnce) return deleted;
  }
}
