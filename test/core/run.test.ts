import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, errorCodes } from '#core/errors.ts';
import { addCounts, decideOutcome, noCounts } from '#core/run.ts';

const gap = { from: 100, to: 200 };
const end = { gaps: [], openJobsRefreshed: true, error: undefined, pages: 3 };

/** Trouble that passes by itself. */
const passing: readonly string[] = ['mps_throttled', 'mps_unavailable', 'mps_unreadable'];
const lasting = (Object.keys(errorCodes) as ErrorCode[]).filter(
  (code) => !passing.includes(code) && code !== 'deadline',
);

describe('a run that ends without an error', () => {
  it.each([
    { gaps: [], openJobsRefreshed: true, outcome: 'completed' },
    { gaps: [gap], openJobsRefreshed: true, outcome: 'partial' },
    { gaps: [], openJobsRefreshed: false, outcome: 'partial' },
    { gaps: [gap], openJobsRefreshed: false, outcome: 'partial' },
  ])('is $outcome with gaps $gaps and open jobs looked at: $openJobsRefreshed', ({ outcome, ...what }) => {
    for (const pages of [0, 3]) expect(decideOutcome({ ...end, ...what, pages })).toBe(outcome);
  });
});

describe('a run that ends with an error', () => {
  const decide = (code: ErrorCode, what: { gaps: { from: number; to: number }[]; pages: number }) =>
    decideOutcome({ ...end, ...what, error: new AppError(code, 'text') });

  it.each(passing as ErrorCode[])('is partial after %s if it got a page, and failed if not', (code) => {
    expect(decide(code, { gaps: [gap], pages: 1 })).toBe('partial');
    expect(decide(code, { gaps: [gap], pages: 0 })).toBe('failed');
  });

  it('is partial when its time ran out, even before its first page', () => {
    expect(decide('deadline', { gaps: [gap], pages: 1 })).toBe('partial');
    expect(decide('deadline', { gaps: [gap], pages: 0 })).toBe('partial');
  });

  it.each(lasting)('is failed after %s, however much it got done', (code) => {
    expect(decide(code, { gaps: [gap], pages: 0 })).toBe('failed');
    expect(decide(code, { gaps: [], pages: 1000 })).toBe('failed');
  });

  it.each(Object.keys(errorCodes) as ErrorCode[])('is never completed: %s', (code) => {
    expect(decide(code, { gaps: [], pages: 1000 })).not.toBe('completed');
  });
});

describe('a run that has not begun', () => {
  it('has counted nothing', () => {
    expect(new Set(Object.values(noCounts))).toEqual(new Set([0]));
  });
});

describe('two runs together', () => {
  it('have counted what each of them did', () => {
    const fields = Object.keys(noCounts);
    const toCounts = (from: number) =>
      Object.fromEntries(fields.map((field, index) => [field, from + index])) as unknown as typeof noCounts;
    const sum = Object.fromEntries(fields.map((field, index) => [field, 110 + 2 * index]));
    expect(addCounts(toCounts(10), toCounts(100))).toEqual(sum);
    expect(addCounts(noCounts, noCounts)).toEqual(noCounts);
  });
});
