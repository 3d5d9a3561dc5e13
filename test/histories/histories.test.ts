import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** Histories that once showed a fault. */
const formerlyFailed = [2, 48, 441, 1665, 3037, 5554];

/** `npm run simulate -- --seeds 10000` plays more of them. */
const seeds = 500;

describe('the engine, over histories drawn from a seed', () => {
  it.each(formerlyFailed)('keeps its promises in history %i, where it once did not', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it(`keeps its promises in ${seeds} histories of crashes, freezes, overlaps, odd pages and storms`, async () => {
    const failed: string[] = [];
    let calls = 0;
    let refused = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await simulate(seed);
      calls += result.calls;
      refused += result.refused;
      if (result.violations.length > 0) failed.push(`seed ${seed}: ${result.violations.join('; ')}`);
    }
    expect(failed).toEqual([]);
    expect(calls).toBeGreaterThan(seeds * 50);
    expect(refused).toBeGreaterThan(0);
  }, 180_000);

  it('plays the same history from the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7));
  });
});
