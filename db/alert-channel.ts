import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { alertChannel, alertDelivery } from '#db/schema.ts';
import type { Transaction } from '#db/transaction.ts';

/** Lets a channel be known of. */
export async function insertChannel(database: Database, name: string): Promise<void> {
  await database.queryTyped((drizzle) => drizzle.insert(alertChannel).values({ name }).onConflictDoNothing());
}

/** No more messages to a receiver that said so. Those that wait become dead letters. */
export async function disableChannel(
  transaction: Transaction,
  channel: string,
  reason: string,
  now: number,
): Promise<void> {
  const at = toMoment(now);
  await transaction.queryTyped((drizzle) =>
    drizzle
      .update(alertChannel)
      .set({ disabledAt: sql`coalesce(disabled_at, ${at})`, disabledReason: reason })
      .where(eq(alertChannel.name, channel)),
  );
  await transaction.queryTyped((drizzle) =>
    drizzle
      .update(alertDelivery)
      .set({ status: 'dead', claimedUntil: null, finishedAt: at, answer: 'the channel was disabled' })
      .where(and(eq(alertDelivery.channel, channel), eq(alertDelivery.status, 'pending'))),
  );
}

/** Takes a disabled channel into use again. Returns `false` when it was not disabled. */
export async function enableChannel(database: Database, name: string): Promise<boolean> {
  const rows = await database.queryTyped((drizzle) =>
    drizzle
      .update(alertChannel)
      .set({ disabledAt: null, disabledReason: null })
      .where(and(eq(alertChannel.name, name), isNotNull(alertChannel.disabledAt)))
      .returning({ name: alertChannel.name }),
  );
  return rows.length > 0;
}

/** How many messages of a channel wait or were tried within a minute, and whether it is disabled. */
export async function selectChannelLoad(
  transaction: Transaction,
  now: number,
): Promise<{ name: string; disabled: boolean; load: number }[]> {
  const at = toMoment(now);
  return transaction.query(sql`
    select name, disabled_at is not null as disabled, (
      (select count(*) from mps.alert_delivery where channel = name and status = 'pending' and next_attempt_at <= ${at})
      + (select count(*) from mps.alert_attempt where channel = name and started_at > ${at} - interval '1 minute')
    )::float8 as load
    from mps.alert_channel`);
}
