import { toMpsTime } from '#core/clock.ts';
import type { Pace } from '#core/pace.ts';
import { type Range, totalSeconds } from '#core/range.ts';
import type { BackfillEvent, BackfillProgress, BackfillReport } from '#sync/backfill.ts';

/** What of a range is covered, from 0 to 1. */
export const toShare = (range: Range, left: readonly Range[]): number => 1 - totalSeconds(left) / totalSeconds([range]);

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z`. */
export const describeRange = ({ from, to }: Range): string => `${toMpsTime(from)} to ${toMpsTime(to)}`;

/** What a progress line says after the share. `cap` is the calls a second that the account grants. */
export function describePace({ counts }: BackfillProgress, pace: Pace, cap: number): string {
  const parts = [
    `${count(counts.inserted)} new of ${count(counts.read)} read`,
    `${count(pace.jobsPerSecond)} jobs/s`,
    `${count(pace.callsPerSecond)} of ${cap} calls/s`,
    pace.secondsLeft === undefined ? 'time left unknown' : `${describeDuration(pace.secondsLeft)} left`,
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

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function describeDuration(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 120) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
