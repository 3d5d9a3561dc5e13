import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, intersect, isEmpty, normalize, type Range, subtract, totalSeconds, union } from '#core/range.ts';
import { range, ranges, toRanges, toSet } from './second-sets.ts';

describe('arithmetic on ranges agrees with sets of seconds', () => {
  it('when it normalizes', () => {
    fc.assert(
      fc.property(ranges, (a) => {
        expect(normalize(a)).toEqual(toRanges(toSet(a)));
      }),
    );
  });

  it('when it unites', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        expect(union(a, b)).toEqual(toRanges(new Set([...toSet(a), ...toSet(b)])));
      }),
    );
  });

  it('when it subtracts', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const taken = toSet(b);
        expect(subtract(a, b)).toEqual(toRanges(new Set([...toSet(a)].filter((second) => !taken.has(second)))));
      }),
    );
  });

  it('when it intersects', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const other = toSet(b);
        expect(intersect(a, b)).toEqual(toRanges(new Set([...toSet(a)].filter((second) => other.has(second)))));
      }),
    );
  });

  it('when it asks whether a range is contained', () => {
    fc.assert(
      fc.property(ranges, range, (all, one) => {
        const held = toSet(all);
        expect(contains(all, one)).toBe([...toSet([one])].every((second) => held.has(second)));
      }),
    );
  });

  it('when it counts seconds', () => {
    fc.assert(
      fc.property(ranges, (a) => {
        expect(totalSeconds(normalize(a))).toBe(toSet(a).size);
      }),
    );
  });

  it('and leaves its arguments as they were', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const before = structuredClone([a, b]);
        for (const operation of [union, subtract, intersect]) operation(a, b);
        expect([a, b]).toEqual(before);
      }),
    );
  });
});

describe('a range', () => {
  it.each([
    { from: 5, to: 6, empty: false },
    { from: 5, to: 5, empty: true },
    { from: 5, to: 4, empty: true },
  ])('from $from to before $to is empty: $empty', ({ empty, ...one }) => {
    expect(isEmpty(one)).toBe(empty);
    expect(totalSeconds([one])).toBe(empty ? 0 : 1);
  });

  it.each<{ how: string; parts: Range[]; united: Range[] }>([
    { how: 'that touches another joins it', parts: [span(5, 9), span(1, 5)], united: [span(1, 9)] },
    { how: 'one second away stays apart', parts: [span(6, 9), span(1, 5)], united: [span(1, 5), span(6, 9)] },
    { how: 'inside another vanishes in it', parts: [span(1, 9), span(3, 4)], united: [span(1, 9)] },
    {
      how: 'that is empty joins nothing',
      parts: [span(1, 3), span(3, 3), span(4, 5)],
      united: [span(1, 3), span(4, 5)],
    },
  ])('$how', ({ parts, united }) => {
    expect(normalize(parts)).toEqual(united);
  });

  it('that is half-open loses no second to its neighbours', () => {
    expect(subtract([span(0, 10)], [span(3, 5)])).toEqual([span(0, 3), span(5, 10)]);
    expect(subtract([span(0, 10)], [span(10, 12), span(-2, 0)])).toEqual([span(0, 10)]);
  });
});

function span(from: number, to: number): Range {
  return { from, to };
}
