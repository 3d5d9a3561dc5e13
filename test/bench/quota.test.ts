import { describe, expect, it } from 'vitest';
import { toQuotaFigures } from '../../bench/quota-figures.ts';

const second = Array.from({ length: 8 }, () => 60);
const seen = (calls: number, throttled: number) => ({ calls, throttled, most: 90, perSecond: second });

describe('an account that is shared', () => {
  it('is used well where few calls are refused and little of what others leave is left over', () => {
    // Of 1,000 calls others made 400: 600 were left.
    expect(toQuotaFigures(seen(573, 2), seen(410, 10)).figures.map(({ met }) => met)).toEqual([true, true]);
    expect(toQuotaFigures(seen(573, 3), seen(410, 10)).figures.map(({ met }) => met)).toEqual([false, true]);
    expect(toQuotaFigures(seen(500, 0), seen(410, 10)).figures.map(({ met, measured }) => [measured, met])).toEqual([
      ['0.00%', true],
      ['83.33%', false],
    ]);
  });
});
