/**
 * How fast an account may be called. MPS documents 100 calls a second for all callers together and says nothing of
 * who else is calling, so the rate is found by trying: a throttled answer halves it, time without one restores it.
 */

/** Share of the cap that is used: what reaches a server in one second jitters with timers and the network. */
export const capMargin = 0.977;

export interface Throttle {
  /** The rate, in calls a second, at which the last throttled answer came. */
  readonly peak: number;
  /** Seconds since then. */
  readonly since: number;
}

/**
 * The rate in calls a second. After a throttled answer: half of what was too much, in a second back to just below
 * it, five seconds of feeling the way up to it, and then faster and faster, because by now the other callers have
 * left. The same curve is `mps.call_rate` in the database, where all instances of an account share it.
 */
export function toCallRate(cap: number, throttle: Throttle | undefined): number {
  const full = cap * capMargin;
  if (!throttle) return full;
  const { peak, since } = throttle;
  return Math.max(Math.min(1, full), Math.min(full, peak * regain(Math.max(0, since))));
}

function regain(seconds: number): number {
  if (seconds < 1) return 0.5 + 0.45 * seconds;
  if (seconds < 6) return 0.95 + 0.01 * (seconds - 1);
  return 1.1 ** (seconds - 6);
}
