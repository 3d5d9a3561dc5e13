import { describe, expect, it } from 'vitest';
import { type Look, toGrowth } from '../../bench/trend.ts';

const looks = (value: (minute: number) => number): Look[] =>
  Array.from({ length: 60 }, (_, minute) => [minute, value(minute)]);

describe('growth', () => {
  it.each([
    ['nothing that stays as it is', () => 7, 0],
    ['a tenth of the mean', (minute: number) => 95 + (minute - 15) * (10 / 44), 0.1],
    ['a leak, whatever the saw tooth on it', (minute: number) => 100 + minute + (minute % 5), 0.32],
    ['nothing of a saw tooth', (minute: number) => 100 + (minute % 3), 0],
    ['nothing of the time in which it warmed up', (minute: number) => Math.min(minute, 15), 0],
    ['a loss as well', (minute: number) => 200 - minute, -0.27],
  ])('is %s', (_, value, growth) => {
    expect(toGrowth(looks(value), 0.25)).toBeCloseTo(growth, 1);
  });

  it('is nothing of what is zero, and not known of too few looks', () => {
    expect(
      toGrowth(
        looks(() => 0),
        0,
      ),
    ).toBe(0);
    expect(toGrowth(looks(() => 1).slice(0, 2), 0)).toBeNaN();
  });
});
