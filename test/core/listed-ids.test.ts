import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createListedIds } from '#core/listed-ids.ts';
import { startWalk, takePage, type Walk } from '#core/walk.ts';

const job = (id: string, creationTime: number) => ({ id, creationTime });

describe('the ids of a list under way', () => {
  it('are handed out once their second is complete, and let go', () => {
    const ids = createListedIds();
    const first = ids.add([job('c', 30), job('b', 20)], { from: 21, to: 40 });
    expect(first.complete).toEqual([{ range: { from: 21, to: 40 }, ids: ['c'] }]);
    expect(ids.held()).toBe(1);
    const second = ids.add([job('b2', 20), job('a', 10)], { from: 11, to: 40 });
    expect(second.complete).toEqual([{ range: { from: 11, to: 21 }, ids: ['b', 'b2'] }]);
    expect(ids.held()).toBe(1);
  });

  it('count a job once, also when another walker lists it again', () => {
    const ids = createListedIds();
    expect(ids.add([job('a', 10), job('a', 10)], undefined).fresh).toEqual([job('a', 10)]);
    expect(ids.add([job('a', 10)], { from: 5, to: 11 }).fresh).toEqual([]);
    expect(ids.add([job('a', 10)], undefined).fresh).toEqual([]);
    expect(ids.held()).toBe(0);
  });

  it('are handed out complete and only once, however a range is shared among walkers', () => {
    const jobsOf = fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 80 });
    fc.assert(
      fc.property(jobsOf, fc.integer({ min: 1, max: 59 }), fc.integer({ min: 1, max: 9 }), (times, cut, pageSize) => {
        const all = times.map((time, n) => job(`job-${n}`, time)).sort((a, b) => b.creationTime - a.creationTime);
        const ids = createListedIds();
        const parts = listInTurns(all, [startWalk({ from: cut, to: 60 }, 60), startWalk({ from: 0, to: cut }, cut)], {
          pageSize,
          onPage: (page, covers) => ids.add(page, covers),
        });
        const handedOut = parts.flatMap(({ complete }) => complete.flatMap((part) => part.ids));
        expect(handedOut.sort()).toEqual(all.map(({ id }) => id).sort());
        expect(ids.complete()).toEqual([{ from: 0, to: 60 }]);
        for (const { range, ids: part } of parts.flatMap(({ complete }) => complete)) {
          const inRange = all.filter(({ creationTime: at }) => at >= range.from && at < range.to);
          expect([...part].sort()).toEqual(inRange.map(({ id }) => id).sort());
        }
      }),
    );
  });
});

/** Lists a page of each walk in turn, as walkers side by side do. */
function listInTurns<Result>(
  all: readonly { id: string; creationTime: number }[],
  walks: readonly Walk[],
  options: {
    pageSize: number;
    onPage: (page: typeof all, covers: { from: number; to: number } | undefined) => Result;
  },
): Result[] {
  const results: Result[] = [];
  const under = walks.map((walk) => ({ walk, offset: 0, done: false }));
  while (under.some(({ done }) => !done)) {
    for (const one of under.filter(({ done }) => !done)) {
      const list = all.filter(({ creationTime: at }) => at >= one.walk.queryFrom && at <= one.walk.queryTo);
      const page = list.slice(one.offset, one.offset + options.pageSize);
      one.offset += page.length;
      const { walk, covers, done } = takePage(one.walk, page, one.offset < list.length ? 'token' : undefined);
      Object.assign(one, { walk, done });
      results.push(options.onPage(page, covers));
    }
  }
  return results;
}
