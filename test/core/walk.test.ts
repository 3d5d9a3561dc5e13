import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmpty, type Range, union } from '#core/range.ts';
import { type Sighting, startWalk, takePage, type Walk } from '#core/walk.ts';
import { behaviours, createListServer, epoch, errands, type ListBehaviour, toJobs } from './list-server.ts';
import { type Errand, missing, walkList } from './walk-list.ts';

const numRuns = 1000;
const hour = { range: { from: epoch, to: epoch + 3600 }, queryTo: epoch + 3600 };
const at = (second: number): Sighting => ({ id: `at-${second}`, creationTime: epoch + second });
const begin = () => startWalk(hour.range, hour.queryTo);
const take = (walk: Walk, seconds: readonly number[]) => takePage(walk, seconds.map(at), 'more');

/** The promise of a walk: all of its range in the end, and at no time a claim that is not true already. */
function expectWhole(behaviour: ListBehaviour, errand: Errand, cuts: readonly number[] = []): void {
  const { jobs } = behaviour;
  let covered: Range[] = [];
  const onClaim = (covers: Range, delivered: ReadonlySet<string>) => {
    expect(missing(jobs, covers, delivered)).toEqual([]);
    expect(isEmpty(covers)).toBe(false);
    covered = union(covered, [covers]);
  };
  const delivered = walkList(errand, { list: createListServer(behaviour), onClaim, cuts });
  expect(missing(jobs, errand.range, delivered)).toEqual([]);
  expect(covered).toEqual(isEmpty(errand.range) ? [] : [errand.range]);
}

describe('a walk', () => {
  it('ends with every job of its range and claims nothing that was not delivered whole', () => {
    fc.assert(
      fc.property(behaviours, errands, (behaviour, errand) => expectWhole(behaviour, errand)),
      { numRuns },
    );
  });

  it('does so too when pages come out of order in themselves', () => {
    const reversals = fc.uniqueArray(fc.nat({ max: 12 }), { minLength: 1 });
    fc.assert(
      fc.property(behaviours, errands, reversals, (behaviour, errand, turned) =>
        expectWhole({ ...behaviour, reversals: turned }, errand),
      ),
      { numRuns },
    );
  });

  it('does so too when its older parts are handed over on the way', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(behaviours, errands, cuts, (behaviour, errand, parts) => expectWhole(behaviour, errand, parts)),
      { numRuns },
    );
  });

  it('sees every job of a list in no order at all, if none of them passes for its end', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 });
    const jobs = seconds.map((all) => all.map((second, index) => ({ id: `job-${index}`, ...time(second) })));
    fc.assert(
      fc.property(behaviours, jobs, (behaviour, mixed) => {
        const unordered = { ...behaviour, jobs: mixed, turnsTies: false, bogusAfter: undefined, refusals: [] };
        const delivered = walkList(hour, { list: createListServer(unordered) });
        expect(missing(mixed, hour.range, delivered)).toEqual([]);
      }),
    );
  });

  it('ends, if only by giving up, however often tokens are refused', () => {
    const refusals = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 200 });
    fc.assert(
      fc.property(behaviours, errands, refusals, (behaviour, errand, refused) => {
        try {
          expectWhole({ ...behaviour, refusals: refused }, errand);
        } catch (error) {
          expect(error).toMatchObject({ code: 'mps_no_progress' });
        }
      }),
      { numRuns },
    );
  });

  it.each([1, 20, 300])('reads 10,000 jobs of one second by %i a page, and claims that second last', (size) => {
    const jobs = toJobs(Array.from({ length: 10_000 }, () => 7));
    const kind = { includesFrom: true, includesTo: true, ignoresFrom: false, endsEmpty: true, turnsTies: true };
    const odd = { bogusAfter: undefined, repeats: 1, refusals: [3, 900], reversals: [] };
    const claims: number[] = [];
    const list = createListServer({ ...kind, ...odd, jobs, sizes: [size] });
    const delivered = walkList(hour, { list, onClaim: (covers) => claims.push(covers.from - epoch) });
    expect(delivered.size).toBe(10_000);
    expect(claims.pop()).toBe(0);
    expect(new Set(claims)).toEqual(new Set([8]));
  });

  it.each([
    { dated: 'in 1970', creationTime: 0 },
    { dated: 'after the span that was asked for', creationTime: hour.queryTo + 1 },
  ])('neither ends nor loses its claims at a record in the middle of a page that is dated $dated', (record) => {
    const page = [at(90), { id: 'bogus', creationTime: record.creationTime }, at(80)];
    const { walk, covers, done } = takePage(begin(), page, 'more');
    expect({ covers, done }).toEqual({ covers: { from: epoch + 81, to: epoch + 3600 }, done: false });
    expect(take(walk, [70]).covers).toEqual({ from: epoch + 71, to: epoch + 3600 });
  });

  it('claims nothing any more from a page out of order on, until the list has ended', () => {
    const first = take(begin(), [90, 80]);
    expect(first.covers).toEqual({ from: epoch + 81, to: epoch + 3600 });
    const second = take(first.walk, [85]);
    const third = take(second.walk, [20, -1]);
    expect([second, third]).toMatchObject(Array(2).fill({ covers: undefined, done: false }));
    expect(takePage(third.walk, [at(5)], undefined)).toMatchObject({ covers: hour.range, done: true });
  });

  it('takes a second page of nothing but older jobs for the end, and a lone misdated one for none', () => {
    const once = take(begin(), [-7, -8]);
    expect(take(once.walk, [-9])).toMatchObject({ done: true, covers: hour.range });
    expect(take(once.walk, [30]).done).toBe(false);
    expect(take(take(once.walk, [30]).walk, [-9]).done).toBe(false);
  });

  it('goes on through pages of nothing but the first second of its range', () => {
    expect(take(take(begin(), [0]).walk, [0]).done).toBe(false);
  });

  it.each([
    { what: 'a job from before its range', seconds: [3, -1], token: 'more', done: true },
    { what: 'a page of nothing but older jobs', seconds: [-7, -8], token: 'more', done: false },
    { what: 'a page without a token', seconds: [3], token: undefined, done: true },
    { what: 'an empty page without a token', seconds: [], token: undefined, done: true },
    { what: 'an empty token', seconds: [3], token: '', done: true },
    { what: 'the first second of its range', seconds: [3, 0], token: 'more', done: false },
    { what: 'a short page', seconds: [3], token: 'more', done: false },
    { what: 'an empty page', seconds: [], token: 'more', done: false },
  ])('has ended after $what: $done', ({ seconds, token, done }) => {
    const step = takePage(begin(), seconds.map(at), token);
    expect(step.done).toBe(done);
    if (done) expect(step.covers).toEqual(hour.range);
  });
});

function time(second: number): { creationTime: number } {
  return { creationTime: epoch + second };
}
