import { describeDuration } from '#cli/progress-text.ts';
import type { Speed } from '#core/speed.ts';
import type { BackfillEvent, BackfillProgress, BackfillReport } from '#sync/backfill.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** What a progress line says after the share. `cap` is the calls a second that the account grants. */
export function describeSpeed({ counts }: BackfillProgress, speed: Speed, cap: number): string {
  const parts = [
    `${count(counts.inserted)} new of ${count(counts.read)} read`,
    `${count(speed.jobsPerSecond)} jobs/s`,
    `${count(speed.callsPerSecond)} of ${cap} calls/s`,
    speed.secondsLeft === undefined ? 'time left unknown' : `${describeDuration(speed.secondsLeft)} left`,
  ];
  return parts.join(', ');
}

export function describeWait(source: string, event: BackfillEvent & { kind: 'waiting' }): string {
  if (event.why === 'busy') return `another run holds source "${source}": waiting`;
  if (event.why === 'unsettled') return 'the newest seconds of the range are not settled yet: waiting';
  const pause = `going on in ${describeDuration(event.ms / 1000)}`;
  return `${event.error?.message ?? 'the run did not get through'} (${pause})`;
}

export function describeEnd(report: BackfillReport): string {
  const { counts, runs, outcome } = report;
  if (outcome === 'already-covered') return 'already covered: nothing to read';
  const facts = [`${count(counts.inserted)} new`, `${count(counts.updated)} changed of ${count(counts.read)} read`];
  const cost = `${count(counts.calls)} calls, ${runs} run${runs === 1 ? '' : 's'}`;
  return `${outcome === 'covered' ? 'covered' : `${outcome}, not covered yet`}: ${facts.join(', ')}, ${cost}`;
}
