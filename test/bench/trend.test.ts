import { describe, expect, it } from 'vitest';
import { judgeTrend, type Look, toTrend } from '../../bench/trend.ts';

/** Looks of an hour, one a minute. */
const looks = (value: (minute: number) => number): Look[] =>
  Array.from({ length: 60 }, (_, minute) => [minute, value(minute)]);

describe('a trend', () => {
  it.each([
    ['nothing for what stays as it is', () => 7, 0, 0],
    ['a tenth of the mean an hour', (minute: number) => 95 + minute / 6, 0.1, 0],
    ['a leak, whatever the saw tooth on it', (minute: number) => 100 + minute + 3 * (minute % 3), 0.41, 0.05],
    ['nothing for a saw tooth', (minute: number) => 100 + 3 * (minute % 3), 0, 0.05],
    ['nothing for the time in which it warmed up', (minute: number) => Math.min(minute, 30), 0, 0],
    ['a loss as well', (minute: number) => 200 - minute, -0.39, 0],
  ])('is %s', (_, value, growth, uncertainty) => {
    const trend = toTrend(looks(value), 0.5);
    expect(trend.growth).toBeCloseTo(growth, 2);
    expect(trend.uncertainty).toBeLessThanOrEqual(uncertainty + 1e-9);
  });

  it('is surer the longer it was looked at', () => {
    const noise = (minute: number) => 100 + 5 * Math.sin(minute * minute);
    const uncertaintyOf = (minutes: number) => toTrend(looks(noise).slice(0, minutes), 0).uncertainty;
    expect(uncertaintyOf(15)).toBeGreaterThan(2 * uncertaintyOf(60));
    expect(uncertaintyOf(60)).toBeGreaterThan(0);
  });

  it('is less sure of waves than of the same values in any order', () => {
    const values = Array.from({ length: 60 }, (_, minute) => 100 + 10 * Math.sin((minute * Math.PI * 3) / 60));
    const uncertaintyOf = (order: (minute: number) => number) =>
      toTrend(
        looks((minute) => values[order(minute)] ?? 0),
        0,
      ).uncertainty;
    expect(uncertaintyOf((minute) => minute)).toBeGreaterThan(2 * uncertaintyOf((minute) => (minute * 23) % 60));
  });

  it('is nothing for what is zero, and not known of too few looks', () => {
    const trend = toTrend(
      looks(() => 0),
      0,
    );
    expect(trend).toEqual({ growth: 0, uncertainty: 0 });
    expect(toTrend(looks(() => 1).slice(0, 2), 0)).toEqual({ growth: Number.NaN, uncertainty: Number.NaN });
  });
});

describe('what changes by at most a tenth an hour', () => {
  it.each([
    [0, 0, 'flat'],
    [0.05, 0.04, 'flat'],
    [-0.05, 0.04, 'flat'],
    [0.05, 0.06, 'unclear'],
    [-0.05, 0.06, 'unclear'],
    [0, 0.2, 'unclear'],
    [0.11, 0, 'grows'],
    [0.11, 0.1, 'grows'],
    [0.11, 0.3, 'unclear'],
    [-0.11, 0, 'falls'],
    [-0.11, 0.3, 'unclear'],
    [Number.NaN, Number.NaN, 'unclear'],
    [Number.POSITIVE_INFINITY, 0, 'grows'],
  ] as const)('%d ± %d is %s', (growth, uncertainty, verdict) => {
    expect(judgeTrend({ growth, uncertainty }, 0.1)).toBe(verdict);
  });
});
