/**
 * The moment (epoch seconds) from which on jobs are kept: the start of a UTC month, at least `months` whole months
 * before now. What is dropped is always a whole month, because it is a partition.
 */
export function toRetentionEdge(now: number, months: number): number {
  const date = new Date(now * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months) / 1000;
}

/** From when on to read, in epoch seconds: what retention would drop at once is not worth it. */
export const toKeptSince = (since: number, now: number, months: number | undefined): number =>
  months === undefined ? since : Math.max(since, toRetentionEdge(now, months));
