import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JobOrder, type Position } from '#simulator/job-order.ts';

const position = fc.record({
  second: fc.integer({ min: 0, max: 9 }),
  tie: fc.integer({ min: 0, max: 2 }),
  id: fc.uuid(),
});
const positions = fc.uniqueArray(position, { selector: ({ id }) => id, maxLength: 60 });

function walk(order: JobOrder<Position>, turned: boolean, after?: Position, from = 0, to = 9): Position[] {
  const seen: Position[] = [];
  order.walk({ from, to, turned, after }, (item) => seen.push(item) > 0);
  return seen;
}

describe('the order of jobs', () => {
  test('is the same however the jobs were added and removed', () => {
    fc.assert(
      fc.property(positions, positions, fc.integer({ min: 0, max: 60 }), (jobs, gone, cut) => {
        const [one, two] = [new JobOrder<Position>(), new JobOrder<Position>()];
        one.insert(jobs);
        two.insert(jobs.slice(0, cut));
        two.insert(gone);
        for (const job of jobs.slice(cut)) {
          two.insert([job]);
        }
        for (const job of gone) {
          two.remove(job);
        }
        expect(walk(two, false)).toEqual(walk(one, false));
        expect(two.size).toBe(jobs.length);
      }),
    );
  });

  test('goes on behind any position, in either direction inside a second, also when that job has gone', () => {
    fc.assert(
      fc.property(positions, fc.boolean(), fc.nat(), fc.boolean(), (jobs, turned, pick, isGone) => {
        const order = new JobOrder<Position>();
        order.insert(jobs);
        const all = walk(order, turned);
        const after = all[pick % Math.max(1, all.length)];
        if (after !== undefined && isGone) {
          order.remove(after);
        }
        expect(walk(order, turned, after)).toEqual(after === undefined ? [] : all.slice(all.indexOf(after) + 1));
        expect(all.map(({ second }) => second)).toEqual(jobs.map(({ second }) => second).sort((a, b) => b - a));
      }),
    );
  });

  test('keeps to a range of seconds and stops when told', () => {
    const order = new JobOrder<Position>();
    order.insert(Array.from({ length: 10 }, (_, second) => ({ second, tie: 0, id: 'a' })));
    expect(walk(order, false, undefined, 3, 5).map(({ second }) => second)).toEqual([5, 4, 3]);
    expect(walk(order, true, undefined, 3, 5).map(({ second }) => second)).toEqual([5, 4, 3]);
    let visits = 0;
    order.walk({ from: 0, to: 9, turned: false }, () => ++visits < 4);
    expect(visits).toBe(4);
  });
});
