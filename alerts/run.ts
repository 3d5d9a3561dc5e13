import { type DeliverOptions, type DeliveryCounts, deliverChannel } from '#alerts/deliver.ts';
import { type RoundOptions, type RoundReport, runRound } from '#alerts/round.ts';

export interface AlertOptions
  extends Omit<RoundOptions, 'now'>,
    Pick<DeliverOptions, 'clock' | 'log' | 'patienceMs' | 'chance'> {}

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
