import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, errorCodes } from '#core/errors.ts';
import { decideRetry, defaultRetryPolicy, toBackoffMs } from '#core/retry.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];
const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 50 }),
  baseMs: fc.integer({ min: 1, max: 5000 }),
  maxMs: fc.integer({ min: 1, max: 60_000 }),
});
const attempts = fc.integer({ min: 1, max: 2000 });
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const wishes = fc.option(fc.integer({ min: 0, max: 120_000 }), { nil: undefined });

/** The bound as the documentation tells it: the base, doubled for every further attempt. */
function toBound(attempt: number, { baseMs, maxMs }: { baseMs: number; maxMs: number }): number {
  let bound = baseMs;
  for (let doubled = 1; doubled < attempt && bound < maxMs; doubled += 1) bound *= 2;
  return Math.min(bound, maxMs);
}

describe('the wait before the next attempt', () => {
  it.each([
    { attempt: 1, bound: 200 },
    { attempt: 2, bound: 400 },
    { attempt: 3, bound: 800 },
    { attempt: 7, bound: 12_800 },
    { attempt: 8, bound: 20_000 },
    { attempt: 2000, bound: 20_000 },
  ])('after attempt $attempt is anything from nothing to $bound ms', ({ attempt, bound }) => {
    const wait = (chance: number) => toBackoffMs(attempt, defaultRetryPolicy, () => chance, undefined);
    expect([wait(0), wait(0.25), wait(0.5), wait(1)]).toEqual([0, bound / 4, bound / 2, bound]);
  });

  it('is never shorter than the server asks for and never longer than the policy allows', () => {
    fc.assert(
      fc.property(attempts, policies, chances, wishes, (attempt, policy, chance, wish) => {
        const wait = toBackoffMs(attempt, policy, () => chance, wish);
        expect(wait).toBeGreaterThanOrEqual(Math.min(wish ?? 0, policy.maxMs));
        expect(wait).toBeLessThanOrEqual(policy.maxMs);
      }),
    );
  });

  it('is the server’s wish and full jitter on top', () => {
    fc.assert(
      fc.property(attempts, policies, chances, wishes, (attempt, policy, chance, wish) => {
        const expected = Math.min(policy.maxMs, (wish ?? 0) + chance * toBound(attempt, policy));
        expect(toBackoffMs(attempt, policy, () => chance, wish)).toBe(Math.round(expected));
      }),
    );
  });
});

describe('a failed attempt', () => {
  const half = () => 0.5;

  it.each(codes)('with %s is repeated only if that can help', (code) => {
    const wait = decideRetry(new AppError(code, 'text'), 1, defaultRetryPolicy, half);
    expect(wait).toBe(errorCodes[code].retryable ? 100 : undefined);
  });

  it('is repeated until the attempts are used up', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const decide = (attempt: number) => decideRetry(new AppError('mps_throttled', 'text'), attempt, policy, half);
        for (let attempt = 1; attempt < policy.attempts; attempt += 1) expect(decide(attempt)).toBeTypeOf('number');
        for (const attempt of [0, 1, 100]) expect(decide(policy.attempts + attempt)).toBeUndefined();
      }),
    );
  });

  it('is followed by the wait that the server asks for', () => {
    const error = new AppError('mps_throttled', 'text', { retryAfterMs: 3000 });
    expect(decideRetry(error, 1, defaultRetryPolicy, () => 0)).toBe(3000);
    expect(decideRetry(error, 2, defaultRetryPolicy, half)).toBe(3200);
  });
});
