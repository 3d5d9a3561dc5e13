import { describe, expect, it } from 'vitest';
import { createPacer } from '#mps/pace.ts';

const unlimited = { take: async () => {}, throttled: async () => {} };

describe('the pacer', () => {
  it('lets no more than the cap leave in any second, however many ask at once', async () => {
    const quota = createPacer(50)(unlimited);
    const left: number[] = [];
    await Promise.all(Array.from({ length: 120 }, () => quota.take('fresh').then(() => left.push(performance.now()))));
    const crowd = left.map((at) => left.filter((other) => other >= at && other < at + 1000).length);
    expect(Math.max(...crowd)).toBeLessThanOrEqual(51);
    expect(left.at(-1)).toBeGreaterThan((left[0] ?? 0) + 2_300);
  });

  it('waits for the slot first, and passes its refusal on', async () => {
    const refused = { ...unlimited, take: () => Promise.reject(new Error('called off')) };
    await expect(createPacer(50)(refused).take('fresh')).rejects.toThrow('called off');
  });

  it('is one for all runs of an account in the process', async () => {
    const pacer = createPacer(50);
    const started = performance.now();
    await Promise.all(
      [pacer(unlimited), pacer(unlimited)].flatMap((quota) => Array.from({ length: 10 }, () => quota.take('fresh'))),
    );
    expect(performance.now() - started).toBeGreaterThan(290);
  });
});
