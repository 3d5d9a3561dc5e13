import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRfc3339 } from '#view/rfc3339.ts';

/** The last moment that a `Date` can hold, in ms. */
const last = 8.64e15;
const near = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -86_400_000, max: 86_400_000 }));
const moments = fc.oneof(
  near.map(([days, ms]) => 1_795_478_400_000 + days * 86_400_000 + ms),
  fc.integer({ min: -62_200_000_000_000, max: 253_500_000_000_000 }),
  fc.integer({ min: -last, max: last }),
  fc.constantFrom(-last, last, 0, -1, 253_402_300_799_999, 253_402_300_800_000),
);

describe('a moment', () => {
  it('is what a Date makes of it, whatever was told before', () => {
    fc.assert(
      fc.property(fc.array(moments, { minLength: 1 }), (all) => {
        for (const ms of all) expect(toRfc3339(ms / 1000)).toBe(new Date(Math.round((ms / 1000) * 1000)).toISOString());
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [1_795_478_400, '2026-11-24T00:00:00.000Z'],
    [1_795_478_399.9996, '2026-11-24T00:00:00.000Z'],
    [1_795_478_399.9994, '2026-11-23T23:59:59.999Z'],
    [-0.001, '1969-12-31T23:59:59.999Z'],
    [-62_167_219_201, '-000001-12-31T23:59:59.000Z'],
    [253_402_300_800, '+010000-01-01T00:00:00.000Z'],
  ])('%s is %s', (seconds, text) => {
    expect(toRfc3339(seconds)).toBe(text);
  });

  it('stays NULL', () => {
    expect(toRfc3339(null)).toBeNull();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, last])('is refused where a Date cannot hold it: %s', (seconds) => {
    expect(() => toRfc3339(seconds)).toThrow(RangeError);
    expect(() => toRfc3339(seconds)).toThrow(RangeError);
  });
});
