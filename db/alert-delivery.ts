import { sql } from 'drizzle-orm';
import type { Json } from '#core/json.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import type { DeliveryPart } from '#db/select-alerts.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';

export interface NewDelivery {
  readonly id: string;
  readonly channel: string;
  readonly body: Json;
  readonly parts: readonly DeliveryPart[];
}

/** Stores messages that are due at once. `now` in epoch seconds. */
export async function insertDeliveries(
  transaction: Pick<Transaction, 'query'>,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  for (const { id, channel, body, parts } of deliveries) {
    await transaction.query(sql`
      insert into mps.alert_delivery (id, channel, body, parts, created_at, next_attempt_at)
      values (${id}::text, ${channel}::text, ${JSON.stringify(body)}::json, ${JSON.stringify(parts)}::jsonb,
        to_timestamp(${now}::float8), to_timestamp(${now}::float8))`);
  }
}

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
 * Takes messages that are due, as many as the channel's limits leave. An attempt counts from when it began until the
 * limit's span after its end, because somewhere in between it arrived. The channel's row is locked first, in a
 * statement of its own, so that the counting sees what the last claimer did.
 */
export function claimDeliveries(database: WritableDatabase, claim: Claim): Promise<ClaimedDelivery[]> {
  const at = sql`to_timestamp(${claim.now}::float8)`;
  return inTransaction(database, async (transaction) => {
    const open = await transaction.query(sql`
      select name from mps.alert_channel where name = ${claim.channel}::text and disabled_at is null for update`);
    if (open.length === 0) return [];
    return transaction.query<ClaimedDelivery>(sql`
      with room as (
        select min(allowed - (
          select count(*) from mps.alert_attempt
          where channel = ${claim.channel}::text
            and started_at > ${at} - make_interval(secs => seconds + ${margin + claim.seconds}::float8)
            and coalesce(finished_at, started_at + make_interval(secs => ${claim.seconds}::float8))
              > ${at} - make_interval(secs => seconds + ${margin}::float8)
        )) as messages
        from unnest(${sql.param(claim.limits.map(({ count }) => count))}::int[],
          ${sql.param(claim.limits.map(({ seconds }) => seconds))}::float8[]) as limits (allowed, seconds)
      ),
      due as (
        select id from mps.alert_delivery
        where channel = ${claim.channel}::text and status = 'pending' and next_attempt_at <= ${at}
          and (claimed_until is null or claimed_until <= ${at})
          and (${claim.only ?? null}::text is null or id = ${claim.only ?? null}::text)
        order by next_attempt_at, id
        limit (select greatest(0, least(${claim.max}::bigint, messages)) from room)
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
      order by claimed.id`);
  });
}

/** Messages that wait for room and not for time: due now, of a channel that is open. */
export async function countDueDeliveries(
  database: Database,
  { channel, now, only = null }: { channel: string; now: number; only?: string | null | undefined },
): Promise<number> {
  const [row] = await database.query<{ due: number }>(sql`
    select count(*)::float8 as due from mps.alert_delivery
    where channel = ${channel}::text and status = 'pending' and next_attempt_at <= to_timestamp(${now}::float8)
      and (${only}::text is null or id = ${only}::text)
      and (claimed_until is null or claimed_until <= to_timestamp(${now}::float8))
      and exists (select from mps.alert_channel where name = ${channel}::text and disabled_at is null)`);
  return row?.due ?? 0;
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
  const { delivery, outcome, nextAttemptAt } = attempt;
  const at = sql`to_timestamp(${attempt.now}::float8)`;
  const status = outcome === 'delivered' ? 'delivered' : nextAttemptAt === null ? 'dead' : 'pending';
  return inTransaction(database, async (transaction) => {
    await transaction.query(sql`
      update mps.alert_attempt
      set finished_at = ${at}, outcome = ${outcome}::text, status = ${attempt.status}::int, answer = ${attempt.answer}::text
      where id = ${delivery.attemptId}::bigint`);
    await transaction.query(sql`
      update mps.alert_delivery
      set status = ${status}::text, attempts = greatest(attempts, ${delivery.attempt}::int), claimed_until = null,
        answer = ${attempt.answer}::text,
        next_attempt_at = coalesce(to_timestamp(${nextAttemptAt}::float8), next_attempt_at),
        finished_at = case when ${status}::text = 'pending' then null else ${at} end
      where id = ${delivery.id}::text and status <> 'delivered' and (${outcome}::text = 'delivered' or not exists (
        select from mps.alert_attempt where delivery_id = ${delivery.id}::text and id > ${delivery.attemptId}::bigint))`);
    if (outcome === 'gone') await disableChannel(transaction, attempt.channel, attempt.answer, attempt.now);
  });
}

/** No more messages to a receiver that said so. Those that wait become dead letters. */
async function disableChannel(transaction: Transaction, channel: string, reason: string, now: number): Promise<void> {
  const at = sql`to_timestamp(${now}::float8)`;
  await transaction.query(sql`
    update mps.alert_channel set disabled_at = coalesce(disabled_at, ${at}), disabled_reason = ${reason}::text
    where name = ${channel}::text`);
  await transaction.query(sql`
    update mps.alert_delivery
    set status = 'dead', claimed_until = null, finished_at = ${at}, answer = 'the channel was disabled'
    where channel = ${channel}::text and status = 'pending'`);
}

/** Takes a disabled channel into use again. Returns `false` when it was not disabled. */
export async function enableChannel(database: Database, name: string): Promise<boolean> {
  const rows = await database.query(sql`
    update mps.alert_channel set disabled_at = null, disabled_reason = null
    where name = ${name}::text and disabled_at is not null
    returning name`);
  return rows.length > 0;
}

/** Gives dead letters a new start: the one of an id, those of a channel, or all. Returns their ids. */
export async function reviveDeliveries(
  database: Database,
  { id, channel, now }: { id?: string | undefined; channel?: string | undefined; now: number },
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    update mps.alert_delivery
    set status = 'pending', attempts = 0, finished_at = null, claimed_until = null,
      next_attempt_at = to_timestamp(${now}::float8)
    where status = 'dead' and (${id ?? null}::text is null or id = ${id ?? null}::text)
      and (${channel ?? null}::text is null or channel = ${channel ?? null}::text)
    returning id`);
  return rows.map((row) => row.id);
}

/** How many messages of a channel wait or were tried within a minute, and whether it is disabled. */
export async function selectChannelLoad(
  transaction: Transaction,
  now: number,
): Promise<{ name: string; disabled: boolean; load: number }[]> {
  const at = sql`to_timestamp(${now}::float8)`;
  return transaction.query(sql`
    select name, disabled_at is not null as disabled, (
      (select count(*) from mps.alert_delivery where channel = name and status = 'pending' and next_attempt_at <= ${at})
      + (select count(*) from mps.alert_attempt where channel = name and started_at > ${at} - interval '1 minute')
    )::float8 as load
    from mps.alert_channel`);
}

/** How a message stands. */
export async function selectDelivery(
  database: Database,
  id: string,
): Promise<{ status: 'pending' | 'delivered' | 'dead'; answer: string | null } | undefined> {
  const [row] = await database.query<{ status: 'pending' | 'delivered' | 'dead'; answer: string | null }>(sql`
    select status, answer from mps.alert_delivery where id = ${id}::text`);
  return row;
}
