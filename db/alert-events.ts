import { and, eq, isNull, sql } from 'drizzle-orm';
import type { FailedJob } from '#core/alert-record.ts';
import type { SuppressionReason } from '#core/alert-suppression.ts';
import { toEpoch } from '#db/moment.ts';
import { alertEvent } from '#db/schema.ts';
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
  return transaction.queryTyped((drizzle) =>
    drizzle
      .select({
        event: alertEvent.id,
        source: alertEvent.source,
        pipelineId: alertEvent.pipelineId,
        code: alertEvent.code,
        id: alertEvent.jobId,
        creationTime: toEpoch(alertEvent.jobCreationTime),
        inputObject: alertEvent.inputObject,
        message: alertEvent.message,
        observedAt: toEpoch(alertEvent.observedAt),
        firstSighting: alertEvent.firstSighting,
      })
      .from(alertEvent)
      .where(and(isNull(alertEvent.groupId), isNull(alertEvent.suppressed)))
      .orderBy(alertEvent.id)
      .limit(limit)
      .for('update', { skipLocked: true }),
  );
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
  const isOf = and(eq(alertEvent.groupId, group), eq(alertEvent.notification, notification));
  const rows = await transaction.queryTyped((drizzle) =>
    drizzle
      .update(alertEvent)
      .set({ suppressed: 'silenced' })
      .where(and(isOf, isNull(alertEvent.suppressed)))
      .returning({ id: alertEvent.id }),
  );
  return rows.length;
}
