import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGaps, type Plan, type PlanInput, planRun } from '#core/plan.ts';
import type { Range } from '#core/range.ts';
import { range, ranges, toRanges, toSet } from './second-sets.ts';

const inputs: fc.Arbitrary<PlanInput> = fc.record({
  now: fc.integer({ min: 0, max: 30 }),
  since: fc.integer({ min: 0, max: 30 }),
  lookback: fc.integer({ min: 0, max: 30 }),
  settle: fc.integer({ min: 0, max: 30 }),
  covered: ranges,
  lastLook: fc.integer({ min: 0, max: 40 }),
});

const holds = (property: (input: PlanInput, plan: Plan) => void) =>
  fc.assert(fc.property(inputs, (input) => property(input, planRun(input))));

const minus = (a: readonly Range[], b: readonly Range[]): Set<number> => {
  const taken = toSet(b);
  return new Set([...toSet(a)].filter((second) => !taken.has(second)));
};

describe('the plan of a run', () => {
  it('has a window from the first moment of interest to the settled end of time', () => {
    holds(({ since, now, settle }, { window }) => {
      expect(window.from).toBe(since);
      expect(window.to).toBe(now - settle > since ? now - settle : since);
    });
  });

  it('lists what lies in the window and in the lookback from the last look, and no other second, as fresh', () => {
    holds(({ since, lookback, lastLook }, { window, fresh }) => {
      const looked = Math.min(window.to, lastLook);
      const farthest = window.to - 7 * lookback;
      const seconds = [...toSet([window])].filter((second) => second >= Math.max(looked - lookback, farthest));
      expect(toSet([fresh])).toEqual(new Set(seconds));
      expect(fresh.from).toBeGreaterThanOrEqual(since);
      expect(fresh.to).toBe(window.to);
    });
  });

  it('lists as history exactly what of the window is neither covered nor fresh', () => {
    holds(({ covered }, { window, fresh, history }) => {
      expect(toSet(history)).toEqual(minus([window], [...covered, fresh]));
    });
  });

  it('leaves the window without a gap once fresh and history are covered', () => {
    holds(({ covered }, { window, fresh, history }) => {
      expect(findGaps(window, [...covered, fresh, ...history])).toEqual([]);
    });
  });

  it('goes back in time: every piece of history is older than the one before, and none touch', () => {
    holds((_, { fresh, history }) => {
      let newer = fresh.from + 1;
      for (const { from, to } of history) {
        expect(to).toBeLessThan(newer);
        expect(from).toBeLessThan(to);
        newer = from;
      }
    });
  });

  it.each<{ when: string; input: Partial<PlanInput>; plan: Plan }>([
    {
      when: 'nothing was ever covered',
      input: {},
      plan: { window: span(100, 995), fresh: span(935, 995), history: [span(100, 935)] },
    },
    {
      when: 'all but the last run’s time is covered',
      input: { covered: [span(0, 990)] },
      plan: { window: span(100, 995), fresh: span(935, 995), history: [] },
    },
    {
      when: 'two gaps are left',
      input: { covered: [span(100, 200), span(300, 400), span(500, 990)] },
      plan: { window: span(100, 995), fresh: span(935, 995), history: [span(400, 500), span(200, 300)] },
    },
    {
      when: 'the lookback reaches past the first moment of interest',
      input: { lookback: 5000 },
      plan: { window: span(100, 995), fresh: span(100, 995), history: [] },
    },
    {
      when: 'nothing is looked at again',
      input: { lookback: 0 },
      plan: { window: span(100, 995), fresh: span(995, 995), history: [span(100, 995)] },
    },
    {
      when: 'the last look was a while ago',
      input: { lastLook: 900 },
      plan: { window: span(100, 995), fresh: span(840, 995), history: [span(100, 840)] },
    },
    {
      when: 'the last look was too long ago to look back over all of it at once',
      input: { lastLook: 0 },
      plan: { window: span(100, 995), fresh: span(575, 995), history: [span(100, 575)] },
    },
    {
      when: 'the clock of the last look was ahead',
      input: { lastLook: 2000 },
      plan: { window: span(100, 995), fresh: span(935, 995), history: [span(100, 935)] },
    },
    {
      when: 'no run has looked for a while',
      input: { covered: [span(0, 990)], lastLook: 800 },
      plan: { window: span(100, 995), fresh: span(740, 995), history: [] },
    },
    {
      when: 'no run has looked for very long',
      input: { covered: [span(0, 990)], lastLook: 0 },
      plan: { window: span(100, 995), fresh: span(575, 995), history: [] },
    },
    {
      when: 'the first moment of interest is still to come',
      input: { since: 2000 },
      plan: { window: span(2000, 2000), fresh: span(2000, 2000), history: [] },
    },
  ])('when $when', ({ input, plan }) => {
    const usual = { now: 1000, since: 100, lookback: 60, settle: 5, covered: [], lastLook: 1000 };
    expect(planRun({ ...usual, ...input })).toEqual(plan);
  });
});

describe('the gaps of a window', () => {
  it('are its seconds that are not covered, oldest first', () => {
    fc.assert(
      fc.property(range, ranges, (window, covered) => {
        expect(findGaps(window, covered)).toEqual(toRanges(minus([window], covered)));
      }),
    );
  });
});

function span(from: number, to: number): Range {
  return { from, to };
}
