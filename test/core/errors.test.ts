import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, errorCodes, toAppError } from '#core/errors.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];

/** Whether trying again can help, written out once more: a changed class is a changed promise to users. */
const retryable: readonly ErrorCode[] = [
  'mps_throttled',
  'mps_unavailable',
  'mps_unreadable',
  'alert_undelivered',
  'deadline',
  'database_unavailable',
  'database_busy',
  'migration_blocked',
  'crashed',
];

describe('an error', () => {
  it.each(codes)('with the code %s knows whether trying again can help', (code) => {
    expect(new AppError(code, 'text').retryable).toBe(retryable.includes(code));
  });

  it.each(codes)('with the code %s is explained, with what to do, in whole sentences', (code) => {
    const { meaning, remedy } = errorCodes[code];
    expect([meaning, remedy]).toEqual([expect.stringMatching(/^[A-Z].+\.$/), expect.stringMatching(/^[A-Z].+[.`]$/)]);
  });

  it('is an Error with its code, its message and its cause', () => {
    const cause = new Error('socket hang up');
    const error = new AppError('mps_unavailable', 'MPS did not answer', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AppError', code: 'mps_unavailable', message: 'MPS did not answer' });
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('errors.test.ts');
  });

  it('carries what the upstream said, and nothing where it said nothing', () => {
    const said = { upstreamCode: 'Throttling.User', retryAfterMs: 1500 };
    expect(new AppError('mps_throttled', 'text', said)).toMatchObject(said);
    expect(new AppError('mps_throttled', 'text')).toMatchObject({ upstreamCode: undefined, retryAfterMs: undefined });
  });
});

describe('a thrown value', () => {
  it('that is an AppError stays the same one', () => {
    const error = new AppError('fence_lost', 'another run holds the lease');
    expect(toAppError(error)).toBe(error);
  });

  it.each([
    { thrown: new TypeError('x is not a function'), message: 'x is not a function' },
    { thrown: 'a mere text', message: 'a mere text' },
    { thrown: undefined, message: 'something that is no Error was thrown: undefined' },
    { thrown: null, message: 'something that is no Error was thrown: object' },
    { thrown: 42, message: 'something that is no Error was thrown: number' },
    { thrown: { password: 'hidden' }, message: 'something that is no Error was thrown: object' },
  ])('that nobody foresaw becomes unexpected and keeps its cause: $message', ({ thrown, message }) => {
    const error = toAppError(thrown);
    expect(error).toMatchObject({ code: 'unexpected', retryable: false, message });
    expect(error.cause).toBe(thrown);
  });
});
