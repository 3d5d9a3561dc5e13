import type { Channel } from '#alerts/channel.ts';
import { type DeliveryCounts, deliverChannel } from '#alerts/deliver.ts';
import { type RoundReport, runRound } from '#alerts/round.ts';
import type { AlertSettings } from '#core/alert-settings.ts';
import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Database } from '#db/client.ts';

export interface AlertOptions {
  readonly database: Database;
  readonly settings: AlertSettings;
  readonly channels: readonly Channel[];
  /** Names of the configured sources. */
  readonly sources: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** How long a channel may wait for room under its limits, in ms. */
  readonly patienceMs: number;
  readonly chance?: () => number;
}

export type AlertReport = RoundReport & DeliveryCounts;

/**
 * One round, then what is due on every channel, all channels at once. What can be delivered is, also when the round
 * fails or one channel does; then it throws.
 */
export async function runAlerts(options: AlertOptions): Promise<AlertReport> {
  const { channels, clock } = options;
  const [round] = await Promise.allSettled([runRound({ ...options, now: clock.now() / 1000 })]);
  const ends = await Promise.allSettled(channels.map((channel) => deliverChannel({ ...options, channel })));
  const failed = [round, ...ends].find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  const counts = ends.map((end) => (end.status === 'fulfilled' ? end.value : { sent: 0, retried: 0, dead: 0 }));
  return {
    groups: round.status === 'fulfilled' ? round.value.groups : 0,
    sent: sum(counts.map(({ sent }) => sent)),
    retried: sum(counts.map(({ retried }) => retried)),
    dead: sum(counts.map(({ dead }) => dead)),
    suppressed: round.status === 'fulfilled' ? round.value.suppressed : 0,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
