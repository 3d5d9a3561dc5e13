import { sql } from 'drizzle-orm';
import type { FailedJob } from '#core/alert-record.ts';
import type { SuppressionReason } from '#core/alert-suppression.ts';
import type { Transaction } from '#db/transaction.ts';

/** An event that waits. '' stands for no pipeline and no code. */
export interface WaitingEvent extends FailedJob {
  readonly event: number;
  readonly source: string;
  readonly pipelineId: string;
  readonly code: string;
  readonly firstSighting: boolean;
}

/** Takes events out of the outbox for the length of the transaction, oldest first. */
export async function claimEvents(transaction: Transaction, limit: number): Promise<WaitingEvent[]> {
  return transaction.query<WaitingEvent>(sql`
    select id::float8 as event, source, pipeline_id as "pipelineId", code, job_id as id,
      extract(epoch from job_creation_time)::float8 as "creationTime", input_object as "inputObject", message,
      extract(epoch from observed_at)::float8 as "observedAt", first_sighting as "firstSighting"
    from mps.alert_event
    where group_id is null and suppressed is null
    order by alert_event.id
    limit ${limit}::int
    for update skip locked`);
}

/** What became of an event: the group and the notification that tell of it, or why none does. */
export interface EventFate {
  readonly event: number;
  readonly group: number | null;
  readonly notification: number | null;
  readonly suppressed: SuppressionReason | null;
}

export async function updateEvents(transaction: Transaction, fates: readonly EventFate[]): Promise<void> {
  await transaction.query(sql`
    update mps.alert_event
    set group_id = fate.group_id, notification = fate.notification, suppressed = fate.suppressed
    from unnest(${sql.param(fates.map(({ event }) => event))}::bigint[],
      ${sql.param(fates.map(({ group }) => group))}::bigint[],
      ${sql.param(fates.map(({ notification }) => notification))}::int[],
      ${sql.param(fates.map(({ suppressed }) => suppressed))}::text[]) as fate (id, group_id, notification, suppressed)
    where alert_event.id = fate.id`);
}

/** A silence lasted until the group was over: what it had to say is recorded as not told. Returns how many events. */
export async function silenceEvents(
  transaction: Transaction,
  { group, notification }: { group: number; notification: number },
): Promise<number> {
  const rows = await transaction.query(sql`
    update mps.alert_event set suppressed = 'silenced'
    where group_id = ${group}::bigint and notification = ${notification}::int and suppressed is null
    returning id`);
  return rows.length;
}
