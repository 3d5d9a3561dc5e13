import { describe, expect, it } from 'vitest';
import { createPace } from '#mps/pace.ts';

describe('the pace', () => {
  it('lets no more than the cap leave in any second, however many ask at once', async () => {
    const pace = createPace(50);
    const left: number[] = [];
    await Promise.all(Array.from({ length: 120 }, () => pace().then(() => left.push(performance.now()))));
    const crowd = left.map((at) => left.filter((other) => other >= at && other < at + 1000).length);
    expect(Math.max(...crowd)).toBeLessThanOrEqual(51);
    expect(left.at(-1)).toBeGreaterThan((left[0] ?? 0) + 2_300);
  });
});
