import { toMpsTime } from '#core/clock.ts';
import { type Range, totalSeconds } from '#core/range.ts';

/** What of a range is done, from 0 to 1. */
export const toShare = (range: Range, left: readonly Range[]): number => 1 - totalSeconds(left) / totalSeconds([range]);

/** `2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z`. */
export const describeRange = ({ from, to }: Range): string => `${toMpsTime(from)} to ${toMpsTime(to)}`;

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
