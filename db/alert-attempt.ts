import { and, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Json } from '#core/json.ts';
import { disableChannel } from '#db/alert-channel.ts';
import type { WritableDatabase } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { alertAttempt, alertChannel, alertDelivery } from '#db/schema.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';

interface Limit {
  readonly count: number;
  readonly seconds: number;
}

export interface Claim {
  readonly channel: string;
  readonly limits: readonly Limit[];
  /** Messages at most. */
  readonly max: number;
  /** After that another instance may try. */
  readonly seconds: number;
  /** Epoch seconds. */
  readonly now: number;
  /** Only this message. */
  readonly only?: string | undefined;
}

/** A message to be delivered now. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly body: Json;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  readonly attemptId: number;
}

/** Added to the span of a limit, in seconds: a receiver's clock and the network are not ours. */
const margin = 0.5;

/**
 * How many messages the limits of a channel leave room for. An attempt counts from when it began until the limit's span after
 * its end, because somewhere in between it arrived.
 */
const toRoom = ({ channel, limits, seconds, now }: Claim): SQL => sql`
  select min(allowed - (
    select count(*) from mps.alert_attempt
    where channel = ${channel}::text
      and started_at > ${toMoment(now)} - make_interval(secs => span + ${margin + seconds}::float8)
      and coalesce(finished_at, started_at + make_interval(secs => ${seconds}::float8))
        > ${toMoment(now)} - make_interval(secs => span + ${margin}::float8)
  )) as messages
  from unnest(${sql.param(limits.map(({ count }) => count))}::int[],
    ${sql.param(limits.map((limit) => limit.seconds))}::float8[]) as limits (allowed, span)`;

/** Marks messages that are due as claimed, the oldest first, as many as there is room for, and begins an attempt of each. */
function toClaim(claim: Claim): SQL {
  const at = toMoment(claim.now);
  const only = sql`${claim.only ?? null}::text`;
  return sql`
    with due as (
      select id from mps.alert_delivery
      where channel = ${claim.channel}::text and status = 'pending' and next_attempt_at <= ${at}
        and (claimed_until is null or claimed_until <= ${at}) and (${only} is null or id = ${only})
      order by next_attempt_at, id
      limit (select greatest(0, least(${claim.max}::bigint, messages)) from (${toRoom(claim)}) as room)
      for update skip locked
    ),
    claimed as (
      update mps.alert_delivery as delivery
      set claimed_until = ${at} + make_interval(secs => ${claim.seconds}::float8)
      from due where delivery.id = due.id
      returning delivery.id, delivery.body, delivery.attempts + 1 as attempt
    ),
    tried as (
      insert into mps.alert_attempt (delivery_id, channel, attempt, started_at)
      select id, ${claim.channel}::text, attempt, ${at} from claimed
      returning id, delivery_id
    )
    select claimed.id, claimed.body, claimed.attempt, tried.id::float8 as "attemptId"
    from claimed join tried on tried.delivery_id = claimed.id
    order by claimed.id`;
}

/**
 * Takes messages that are due, as many as the channel's limits leave. The channel's row is locked first, in a statement of its
 * own, so that the counting sees what the last claimer did.
 */
export function claimDeliveries(database: WritableDatabase, claim: Claim): Promise<ClaimedDelivery[]> {
  return inTransaction(database, async (transaction) => {
    const open = await transaction.queryTyped((drizzle) =>
      drizzle
        .select({ name: alertChannel.name })
        .from(alertChannel)
        .where(and(eq(alertChannel.name, claim.channel), isNull(alertChannel.disabledAt)))
        .for('update'),
    );
    return open.length === 0 ? [] : transaction.query<ClaimedDelivery>(toClaim(claim));
  });
}

export interface FinishedAttempt {
  readonly delivery: ClaimedDelivery;
  readonly channel: string;
  readonly outcome: 'delivered' | 'retry' | 'refused' | 'gone';
  readonly status: number | null;
  readonly answer: string;
  /** When to try again, in epoch seconds; `null` gives the message up (or it is delivered). */
  readonly nextAttemptAt: number | null;
  readonly now: number;
}

/**
 * Records how an attempt ended. A delivery is one for good; any other end counts only while no later attempt was
 * begun, which happens when this one took longer than its claim.
 */
export function finishAttempt(database: WritableDatabase, attempt: FinishedAttempt): Promise<void> {
  const { channel, outcome, answer, now } = attempt;
  return inTransaction(database, async (transaction) => {
    await transaction.queryTyped((drizzle) =>
      drizzle
        .update(alertAttempt)
        .set({ finishedAt: toMoment(now), outcome, status: attempt.status, answer })
        .where(eq(alertAttempt.id, attempt.delivery.attemptId)),
    );
    await updateDelivery(transaction, attempt);
    if (outcome === 'gone') await disableChannel(transaction, channel, answer, now);
  });
}

async function updateDelivery(transaction: Transaction, attempt: FinishedAttempt): Promise<void> {
  const { delivery, outcome, answer, nextAttemptAt } = attempt;
  const status = outcome === 'delivered' ? 'delivered' : nextAttemptAt === null ? 'dead' : 'pending';
  const end = {
    status,
    answer,
    attempts: sql`greatest(attempts, ${delivery.attempt}::int)`,
    claimedUntil: null,
    nextAttemptAt: nextAttemptAt === null ? undefined : toMoment(nextAttemptAt),
    finishedAt: status === 'pending' ? null : toMoment(attempt.now),
  } as const;
  const isLast = sql`not exists (
    select from mps.alert_attempt where delivery_id = ${delivery.id}::text and id > ${delivery.attemptId}::bigint)`;
  const isUndelivered = and(eq(alertDelivery.id, delivery.id), ne(alertDelivery.status, 'delivered'));
  const counts = outcome === 'delivered' ? isUndelivered : and(isUndelivered, isLast);
  await transaction.queryTyped((drizzle) => drizzle.update(alertDelivery).set(end).where(counts));
}
