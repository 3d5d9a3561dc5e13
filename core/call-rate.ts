/**
 * How fast an account may be called: the rule stated, and not called by the product, where `mps.call_rate` in the database decides for
 * all instances of an account. `test/sync/shared-quota.test.ts` compares the two.
 *
 * MPS documents 100 calls a second for all callers together and says nothing of who else is calling, so the rate is
 * found by trying: a throttled answer halves it, time without one restores it.
 */

/** Share of the cap that is used: what reaches a server in one second jitters with timers and the network. */
export const capMargin = 0.977;

export interface Throttle {
  /** The rate, in calls a second, that is taken to be bearable since the last throttled answer: see `toPeak`. */
  readonly peak: number;
  /** Seconds since then. */
  readonly since: number;
}

/** What is taken to be bearable after an answer was throttled at a rate: a little less. */
export const toPeak = (rate: number): number => rate * 0.95;

/**
 * The rate in calls a second. After a throttled answer: half of what is bearable, in half a second back to just below
 * it, a few seconds of feeling the way up, and then faster and faster, because by now the other callers have left.
 */
export function toCallRate(cap: number, throttle: Throttle | undefined): number {
  const full = cap * capMargin;
  if (!throttle) return full;
  const { peak, since } = throttle;
  return Math.max(Math.min(1, full), Math.min(full, peak * regain(Math.max(0, since))));
}

function regain(seconds: number): number {
  if (seconds < 0.5) return 0.5 + 0.9 * seconds;
  return 0.95 + 0.004 * (seconds - 0.5) + 0.002 * Math.max(0, seconds - 4) ** 2;
}
