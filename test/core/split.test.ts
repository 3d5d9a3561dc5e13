import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalize } from '#core/range.ts';
import { decideParts, estimatePages, narrowWalk, splitWalk, toDensity } from '#core/split.ts';
import { type Sighting, startWalk, takePage } from '#core/walk.ts';

const toSighting = (second: number): Sighting => ({ id: `at-${second}`, creationTime: second });
const seenDownTo = (oldest: number, range = { from: 0, to: 100 }) =>
  takePage(startWalk(range, range.to), [toSighting(oldest)], 'more').walk;

describe('a walk that is split', () => {
  const walks = fc
    .record({ from: fc.nat({ max: 50 }), length: fc.nat({ max: 50 }), seen: fc.option(fc.nat({ max: 50 })) })
    .map(({ from, length, seen }) => {
      const range = { from, to: from + length };
      return seen === null ? startWalk(range, range.to) : seenDownTo(Math.max(from, range.to - seen), range);
    });
  const parts = fc.integer({ min: 1, max: 60 });

  it('gives away seconds older than all it has seen, and none is lost or read twice', () => {
    fc.assert(
      fc.property(walks, parts, (whole, wanted) => {
        const { walk, rest } = splitWalk(whole, wanted);
        const pieces = [walk.range, ...rest];
        expect(pieces.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(whole.range.to - whole.range.from);
        expect(normalize(pieces)).toEqual(normalize([whole.range]));
        for (const { to } of rest) expect(to).toBeLessThan(whole.oldest);
        expect(walk.range.to).toBe(whole.range.to);
      }),
    );
  });

  it('gives away parts of the same length, newest first, and no more than wanted', () => {
    fc.assert(
      fc.property(walks, parts, (whole, wanted) => {
        const { walk, rest } = splitWalk(whole, wanted);
        expect(rest.length).toBeLessThan(wanted);
        expect(rest.toSorted((a, b) => b.from - a.from)).toEqual(rest);
        const left = Math.min(whole.range.to, whole.oldest);
        const lengths = [{ from: walk.range.from, to: left }, ...rest].map(({ from, to }) => to - from);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps its token and the span that the token was given for', () => {
    const whole = seenDownTo(60);
    const { walk, rest } = splitWalk(whole, 3);
    expect(walk).toEqual({ ...whole, range: { from: 40, to: 100 } });
    expect(rest).toEqual([
      { from: 20, to: 40 },
      { from: 0, to: 20 },
    ]);
  });

  it.each([
    { what: 'is one part', walk: seenDownTo(60), wanted: 1 },
    { what: 'has one second left', walk: seenDownTo(1), wanted: 9 },
    { what: 'has nothing left', walk: seenDownTo(0), wanted: 9 },
  ])('stays as it is where it $what', ({ walk, wanted }) => {
    expect(splitWalk(walk, wanted)).toEqual({ walk, rest: [] });
  });
});

describe('a walk whose older part was handed over', () => {
  const { walk } = splitWalk(seenDownTo(60), 3);

  it('begins a list of its own part, from its oldest second on', () => {
    const narrowed = narrowWalk(walk, 300);
    expect(narrowed).toMatchObject({ range: { from: 40, to: 100 }, queryFrom: 39, queryTo: 61, token: undefined });
    const { covers, done } = takePage(narrowed, [60, 50, 39].map(toSighting), 'more');
    expect({ covers, done }).toEqual({ covers: narrowed.range, done: true });
  });

  it('asks for no second beyond those that it asked for before', () => {
    expect(narrowWalk(seenDownTo(100), 300).queryTo).toBe(100);
  });

  it.each([
    { what: 'of which it has seen nothing', kept: startWalk({ from: 0, to: 100 }, 100) },
    { what: 'that has lost its order', kept: takePage(walk, [toSighting(70)], 'more').walk },
  ])('keeps a list $what', ({ kept }) => {
    expect(narrowWalk(kept, 300)).toBe(kept);
  });

  it.each([
    { jobs: 75, perPage: 300, kept: false },
    { jobs: 76, perPage: 300, kept: true },
    { jobs: 1, perPage: 3, kept: true },
  ])('keeps its list where $jobs jobs of its oldest second would come again, in pages of $perPage: $kept', (row) => {
    const second = Array.from({ length: row.jobs }, (_, index) => ({ id: `job-${index}`, creationTime: 60 }));
    const { walk: long } = takePage(startWalk({ from: 0, to: 100 }, 100), second, 'more');
    expect(narrowWalk(long, row.perPage) === long).toBe(row.kept);
  });
});

describe('the pages left of a walk', () => {
  it('are what its density makes of the seconds left', () => {
    expect(estimatePages(seenDownTo(60, { from: 20, to: 100 }), toDensity(200, 100, 60), 40)).toBe(5);
    expect(estimatePages(seenDownTo(60), 0, 30)).toBe(0);
  });

  it('are none where nothing is known: before its first job, and once order is lost', () => {
    const unordered = takePage(seenDownTo(60), [toSighting(70)], 'more').walk;
    for (const walk of [startWalk({ from: 0, to: 100 }, 100), unordered]) expect(estimatePages(walk, 5, 30)).toBe(0);
  });

  it('are none past the start of its range', () => {
    expect(estimatePages(seenDownTo(-1), 5, 30)).toBe(0);
  });

  it.each([
    { jobs: 300, newest: 100, oldest: 40, density: 5 },
    { jobs: 300, newest: 100, oldest: 100, density: 300 },
    { jobs: 300, newest: 90, oldest: 100, density: 300 },
    { jobs: 0, newest: 100, oldest: Infinity, density: 0 },
  ])('lie at $density jobs a second: $jobs from $newest to $oldest', ({ jobs, newest, oldest, density }) => {
    expect(toDensity(jobs, newest, oldest)).toBe(density);
  });

  it.each([
    { pages: 0, wanted: 9, parts: 1 },
    { pages: 7.9, wanted: 9, parts: 1 },
    { pages: 8, wanted: 9, parts: 2 },
    { pages: 8, wanted: 1, parts: 1 },
    { pages: 8, wanted: 0, parts: 1 },
    { pages: 1000, wanted: 9, parts: 9 },
    { pages: Infinity, wanted: 9, parts: 9 },
  ])('are worth $parts parts: $pages, for $wanted walkers', ({ pages, wanted, parts }) => {
    expect(decideParts(pages, wanted)).toBe(parts);
  });
});
