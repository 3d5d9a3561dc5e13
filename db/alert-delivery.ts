import { and, eq, sql } from 'drizzle-orm';
import type { Json } from '#core/json.ts';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { alertDelivery } from '#db/schema.ts';
import type { DeliveryPart } from '#db/select-alerts.ts';
import type { Transaction } from '#db/transaction.ts';

export interface NewDelivery {
  readonly id: string;
  readonly channel: string;
  readonly body: Json;
  readonly parts: readonly DeliveryPart[];
}

/** Stores messages that are due at once. `now` in epoch seconds. */
export async function insertDeliveries(
  transaction: Pick<Transaction, 'queryTyped'>,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  const at = toMoment(now);
  for (const delivery of deliveries) {
    await transaction.queryTyped((drizzle) =>
      drizzle.insert(alertDelivery).values({ ...delivery, createdAt: at, nextAttemptAt: at }),
    );
  }
}

/** Messages that wait for room and not for time: due now, of a channel that is open. */
export async function countDueDeliveries(
  database: Database,
  { channel, now, only = null }: { channel: string; now: number; only?: string | null | undefined },
): Promise<number> {
  const [row] = await database.query<{ due: number }>(sql`
    select count(*)::float8 as due from mps.alert_delivery
    where channel = ${channel}::text and status = 'pending' and next_attempt_at <= ${toMoment(now)}
      and (${only}::text is null or id = ${only}::text)
      and (claimed_until is null or claimed_until <= ${toMoment(now)})
      and exists (select from mps.alert_channel where name = ${channel}::text and disabled_at is null)`);
  return row?.due ?? 0;
}

/** Gives dead letters a new start: the one of an id, those of a channel, or all. Returns their ids. */
export async function reviveDeliveries(
  database: Database,
  { id, channel, now }: { id?: string | undefined; channel?: string | undefined; now: number },
): Promise<string[]> {
  const asked = [
    id === undefined ? undefined : eq(alertDelivery.id, id),
    channel === undefined ? undefined : eq(alertDelivery.channel, channel),
  ];
  const rows = await database.queryTyped((drizzle) =>
    drizzle
      .update(alertDelivery)
      .set({ status: 'pending', attempts: 0, finishedAt: null, claimedUntil: null, nextAttemptAt: toMoment(now) })
      .where(and(eq(alertDelivery.status, 'dead'), ...asked))
      .returning({ id: alertDelivery.id }),
  );
  return rows.map((row) => row.id);
}

/** How a message stands. */
export async function selectDelivery(
  database: Database,
  id: string,
): Promise<{ status: 'pending' | 'delivered' | 'dead'; answer: string | null } | undefined> {
  const [row] = await database.queryTyped((drizzle) =>
    drizzle
      .select({ status: alertDelivery.status, answer: alertDelivery.answer })
      .from(alertDelivery)
      .where(eq(alertDelivery.id, id)),
  );
  return row;
}
