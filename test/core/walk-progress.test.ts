import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restartWalk, type Sighting, startWalk, takePage, type Walk } from '#core/walk.ts';
import { epoch, type List } from './list-server.ts';
import { walkList } from './walk-list.ts';

const hour = { range: { from: epoch, to: epoch + 3600 }, queryTo: epoch + 3600 };
const at = (second: number): Sighting => ({ id: `at-${second}`, creationTime: epoch + second });
const begin = () => startWalk(hour.range, hour.queryTo);
const take = (walk: Walk, seconds: readonly number[]) => takePage(walk, seconds.map(at), 'more');
const noProgress = expect.objectContaining({ code: 'mps_no_progress', retryable: false });

describe('a list that goes round in circles', () => {
  const pages = fc.array(fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 8 }), { minLength: 1, maxLength: 6 });

  /** The same pages over and over, each with another token. */
  const repeat = (seconds: readonly (readonly number[])[], offset: number): List => {
    let calls = 0;
    return () => {
      const page = seconds[calls % seconds.length] ?? [];
      calls += 1;
      return { records: page.map((second) => at(second + offset)), nextToken: `token-${calls}` };
    };
  };

  it.each([
    { where: 'inside the span asked for', offset: 0 },
    { where: 'newer than the span asked for', offset: 7200 },
  ])('ends the walk with an error, whatever it repeats, $where', ({ offset }) => {
    fc.assert(
      fc.property(pages, (seconds) => {
        expect(() => walkList(hour, { list: repeat(seconds, offset) })).toThrow(noProgress);
      }),
      { numRuns: 30 },
    );
  });

  it('is left when it refuses every token, or gives back the token that it was given', () => {
    const refuse: List = ({ token }) => (token ? undefined : { records: [at(5)], nextToken: 'once' });
    const echo: List = () => ({ records: [at(5)], nextToken: 'same' });
    for (const list of [refuse, echo]) expect(() => walkList(hour, { list })).toThrow(noProgress);
  });

  it('is left after 500 pages in a row without anything new, and not before', () => {
    let { walk } = take(begin(), [9]);
    for (let stale = 0; stale < 500; stale += 1) ({ walk } = take(walk, stale % 2 ? [] : [9]));
    expect(takePage(walk, [at(9)], undefined)).toMatchObject({ done: true, covers: hour.range });
    expect(take(take(walk, [8]).walk, []).walk.stalePages).toBe(1);
    expect(() => take(walk, [9])).toThrow(noProgress);
  });

  it('is told from a long one by the ids of one second only, so that no list grows in memory', () => {
    let { walk } = take(begin(), [99, 98, 98]);
    for (let second = 97; second > 0; second -= 1) ({ walk } = take(walk, [second + 1, second]));
    expect([...walk.seen]).toEqual(['at-1']);
  });

  it.each([
    { list: repeat([[]], 0), what: '501 pages in a row brought nothing new' },
    { list: () => undefined, what: 'the page token was refused 4 times at the same place' },
  ])('makes an error that names the range asked for and what goes on: $what', ({ list, what }) => {
    const range = 'from 2023-11-14T22:13:20.000Z to 2023-11-14T23:13:20.000Z';
    const message = `listing jobs created ${range} makes no progress: ${what}`;
    expect(() => walkList(hour, { list })).toThrow(expect.objectContaining({ message }));
  });

  it('is not one that brings jobs of the last second asked for', () => {
    expect(take(begin(), [3600]).walk.stalePages).toBe(0);
  });
});

describe('a walk begun anew', () => {
  const begun = take(begin(), [90, 80]).walk;

  it('reads its oldest second again, whether the span includes its end or not', () => {
    const anew = restartWalk(begun);
    expect(anew).toMatchObject({ token: undefined, queryFrom: epoch - 1, queryTo: epoch + 81 });
    expect(take(anew, [81, 80, 79])).toMatchObject({ covers: { from: epoch + 80 }, walk: { ordered: true } });
  });

  it('asks for all of its span where it has seen nothing yet, and where order was lost', () => {
    expect(restartWalk(begin()).queryTo).toBe(hour.queryTo);
    expect(restartWalk(take(begun, [85]).walk)).toMatchObject({ queryTo: hour.queryTo, ordered: false });
  });

  it('takes what it reads again for progress, even through a long list without order', () => {
    const jobs = Array.from({ length: 700 }, (_, second) => at(second));
    let refusals = 0;
    const list: List = ({ token }) => {
      const place = Number(token ?? 0);
      if (place === 600 && refusals++ === 0) return undefined;
      return { records: jobs.slice(place, place + 1), nextToken: place < 699 ? String(place + 1) : undefined };
    };
    expect(walkList(hour, { list }).size).toBe(700);
    expect(refusals).toBe(2);
  });

  it('asks for no more than what is left to it', () => {
    const cut = { ...begun, range: { from: epoch + 40, to: epoch + 3600 } };
    expect(restartWalk(cut)).toMatchObject({ queryFrom: epoch + 39, queryTo: epoch + 81 });
  });

  it('is given up the fourth time at one place, and counts anew after progress', () => {
    const third = restartWalk(restartWalk(restartWalk(begun)));
    expect(() => restartWalk(third)).toThrow(noProgress);
    expect(() => restartWalk(take(third, [80]).walk)).toThrow(noProgress);
    expect(restartWalk(take(third, [80, 79]).walk)).toMatchObject({ queryTo: epoch + 80, restarts: 1 });
  });
});
