import type { Clock } from '#core/clock.ts';

/** Set apart by less, the two clocks are taken to agree: one counts whole milliseconds, and both are kept right by degrees. */
const agreementMs = 5;

/**
 * A time in ms that never goes back and misses nothing: it goes on where the clock is set back, and leaps where the clock did while
 * the other stood still, as it may in a machine that was frozen.
 */
export function createSteadyTime({ now, elapsed }: Clock): () => number {
  let difference = now() - elapsed();
  let leapt = 0;
  return () => {
    const ticks = elapsed();
    const change = now() - ticks - difference;
    if (Math.abs(change) > agreementMs) {
      difference += change;
      leapt += Math.max(0, change);
    }
    return ticks + leapt;
  };
}
