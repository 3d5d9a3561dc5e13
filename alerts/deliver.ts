import type { Channel } from '#alerts/channel.ts';
import { decideNextAttempt } from '#core/alert-schedule.ts';
import type { Clock } from '#core/clock.ts';
import { followSignals } from '#core/follow-signals.ts';
import type { Log } from '#core/log.ts';
import { type ClaimedDelivery, claimDeliveries, finishAttempt } from '#db/alert-attempt.ts';
import { countDueDeliveries } from '#db/alert-delivery.ts';
import type { WritableDatabase } from '#db/client.ts';

/** What became of messages. `retried` is one that failed and is to be tried again. */
export interface DeliveryCounts {
  readonly sent: number;
  readonly retried: number;
  readonly dead: number;
}

export interface DeliverOptions {
  readonly database: WritableDatabase;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** How long to wait in all for room under the channel's limits, in ms. */
  readonly patienceMs: number;
  /** Only this message. */
  readonly only?: string | undefined;
  /** From 0 to 1: spreads retries. */
  readonly chance?: () => number;
}

/** Messages of a channel under way at once: one that hangs keeps few waiting. */
const concurrency = 5;
const attemptMs = 10_000;

/** Longer than an attempt takes, so that only an instance that died loses its claim. */
const claimSeconds = 30;
const pauseMs = 500;

const nothing: DeliveryCounts = { sent: 0, retried: 0, dead: 0 };

/** Delivers what is due on one channel, in the order in which it became due, until nothing is or the signal says stop. */
export async function deliverChannel(options: DeliverOptions): Promise<DeliveryCounts> {
  const { database, channel, clock, signal } = options;
  let counts = nothing;
  let waitedMs = 0;
  while (!signal.aborted) {
    const now = clock.now() / 1000;
    const { name, limits } = channel;
    const claim = { channel: name, limits, max: concurrency, seconds: claimSeconds, now, only: options.only };
    const claimed = await claimDeliveries(database, claim);
    const ends = await Promise.all(claimed.map((delivery) => attemptDelivery(delivery, options)));
    for (const end of ends) counts = { ...counts, [end]: counts[end] + 1 };
    if (claimed.length > 0) continue;
    if (
      waitedMs >= options.patienceMs ||
      (await countDueDeliveries(database, { channel: name, now, only: options.only })) === 0
    )
      break;
    await clock.sleep(pauseMs, signal).catch(() => {});
    waitedMs += pauseMs;
  }
  return counts;
}

async function attemptDelivery(delivery: ClaimedDelivery, options: DeliverOptions): Promise<keyof DeliveryCounts> {
  const { database, channel, clock, log, chance = Math.random } = options;
  const { signal, release } = followSignals(options.signal, AbortSignal.timeout(attemptMs));
  const attempt = { id: delivery.id, now: Math.floor(clock.now() / 1000), signal };
  const { outcome, status, answer, retryAfterSeconds } = await channel.deliver(delivery.body, attempt).finally(release);
  const now = clock.now() / 1000;
  const nextAttemptAt =
    outcome === 'delivered'
      ? null
      : decideNextAttempt({ outcome, attempts: delivery.attempt, now, retryAfterSeconds, chance: chance() });
  await finishAttempt(database, { delivery, channel: channel.name, outcome, status, answer, nextAttemptAt, now });
  if (outcome === 'delivered') return 'sent';
  const fields = { channel: channel.name, delivery: delivery.id, attempt: delivery.attempt, outcome, status, answer };
  if (nextAttemptAt === null) log.error(fields, 'alert_given_up');
  else log.warn({ ...fields, nextAttemptAt: new Date(nextAttemptAt * 1000).toISOString() }, 'alert_attempt_failed');
  return nextAttemptAt === null ? 'dead' : 'retried';
}
