import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '#core/errors.ts';
import { type Refusal, toRefusalError } from '#mps/refusal.ts';

const toError = (refusal: Partial<Refusal>) => toRefusalError({ status: 400, withToken: false, ...refusal });

/** Codes of the operation's page and of the gateway before it, with the statuses that were seen or are documented. */
const codes: [code: string, statuses: number[], expected: ErrorCode, retryable: boolean][] = [
  ['Throttling', [200, 400, 429, 503], 'mps_throttled', true],
  ['Throttling.User', [200, 302, 400, 429, 503], 'mps_throttled', true],
  ['Throttling.Api', [400], 'mps_throttled', true],
  ['Throttling.Api.Concurrency', [400], 'mps_throttled', true],
  ['Throttling.System', [400], 'mps_throttled', true],
  ['TooManyRequests', [429], 'mps_throttled', true],
  ['ServiceUnavailable', [200, 400, 503], 'mps_unavailable', true],
  ['ServiceUnavailableTemporary', [503], 'mps_unavailable', true],
  ['ServiceUnAvailable', [400], 'mps_unavailable', true],
  ['InternalError', [200, 400, 500], 'mps_unavailable', true],
  ['SignatureNonceUsed', [400], 'mps_unavailable', true],
  ['Unheard.Of', [408, 500, 502, 504], 'mps_unavailable', true],
  ['InvalidTimeStamp.Expired', [400], 'mps_clock_skew', false],
  ['InvalidTimeStamp.Format', [400], 'mps_clock_skew', false],
  ['IllegalTimestamp', [400], 'mps_clock_skew', false],
  ['InvalidAccessKeyId.NotFound', [400, 404], 'mps_credentials', false],
  ['InvalidAccessKeyId.Inactive', [400, 403], 'mps_credentials', false],
  ['SignatureDoesNotMatch', [400, 403, 500], 'mps_credentials', false],
  ['IncompleteSignature', [400], 'mps_credentials', false],
  ['InvalidSecurityToken.Expired', [400, 403], 'mps_credentials', false],
  ['InvalidSecurityToken.Malformed', [400], 'mps_credentials', false],
  ['InvalidSecurityToken.MismatchWithAccessKey', [400], 'mps_credentials', false],
  ['MissingSecurityToken', [400], 'mps_credentials', false],
  ['Forbidden', [403], 'mps_forbidden', false],
  ['Forbidden.RAM', [403], 'mps_forbidden', false],
  ['NoPermission', [403], 'mps_forbidden', false],
  ['InvalidIdentity.ServiceDisabled', [400, 403], 'mps_forbidden', false],
  ['MissingParameter', [400], 'mps_bad_request', false],
  ['InvalidParameter.OutOfRange', [400], 'mps_bad_request', false],
  ['InvalidAction.NotFound', [404], 'mps_bad_request', false],
  ['Unheard.Of', [200, 400, 403], 'mps_bad_request', false],
];
const cases = codes.flatMap(([code, statuses, expected, retryable]) =>
  statuses.map((status) => ({ code, status, expected, retryable })),
);

const said = 'server string to sign is: POST\n/\nState=Fail\nx-acs-security-token:t';

describe('a refusal', () => {
  it.each(cases)('with the code $code and status $status is $expected', ({ code, status, expected, retryable }) => {
    expect(toError({ code, status })).toMatchObject({ code: expected, retryable, upstreamCode: code });
  });

  it.each([
    { status: 200, expected: 'mps_unreadable' },
    { status: 204, expected: 'mps_unreadable' },
    { status: 302, expected: 'mps_unreadable' },
    { status: 403, expected: 'mps_unreadable' },
    { status: 408, expected: 'mps_unavailable' },
    { status: 429, expected: 'mps_throttled' },
    { status: 500, expected: 'mps_unavailable' },
    { status: 502, expected: 'mps_unavailable' },
  ])('without a code, as a gateway in between gives it, is by its status $status $expected', ({ status, expected }) => {
    expect(toError({ status })).toMatchObject({ code: expected, retryable: true, upstreamCode: undefined });
  });

  it.each([
    { code: 'InvalidParameter', withToken: true, expected: 'mps_token_refused' },
    { code: 'InvalidParameter.ResourceNotFound', withToken: true, expected: 'mps_token_refused' },
    { code: 'InvalidParameter', withToken: false, expected: 'mps_bad_request' },
    { code: 'MissingParameter', withToken: true, expected: 'mps_bad_request' },
    { code: 'Throttling.User', withToken: true, expected: 'mps_throttled' },
    { code: 'Forbidden.RAM', withToken: true, expected: 'mps_forbidden' },
  ])('$code of a call that has a token ($withToken) is $expected', ({ expected, ...refusal }) => {
    expect(toError(refusal)).toMatchObject({ code: expected, retryable: expected === 'mps_throttled' });
  });

  it('of a token with a server error’s status says nothing against the token', () => {
    expect(toError({ code: 'InvalidParameter', status: 500, withToken: true }).code).toBe('mps_unavailable');
  });

  it('carries how long MPS wants to be left alone', () => {
    expect(toError({ code: 'Throttling', retryAfterMs: 1500 }).retryAfterMs).toBe(1500);
    expect(toError({ code: 'Throttling' }).retryAfterMs).toBeUndefined();
  });
});

describe('the text of a refusal', () => {
  it.each(cases)('quotes MPS only where that is no secret: $code, $status', ({ code, status, expected }) => {
    const { message } = toError({ code, status, message: said, requestId: 'r-1' });
    const quoted = ['mps_throttled', 'mps_unavailable', 'mps_bad_request'].includes(expected);
    expect(message.includes('string to sign')).toBe(quoted);
    expect(message).toContain(`MPS answered ${code} (HTTP ${status}, request r-1)`);
  });

  it('says what to do where a person has to', () => {
    expect(toError({ code: 'Forbidden.RAM', status: 403 }).message).toMatch(/mts:QuerySnapshotJobList.*activated/);
    expect(toError({ code: 'SignatureDoesNotMatch' }).message).toMatch(/check the access key/);
    expect(toError({ status: 302 }).message).toBe('MPS answered something that is not a page of jobs (HTTP 302)');
  });

  it.each([
    { clockOffsetMs: 1_200_400, expected: "its clock is 1200 s ahead of ours: correct this machine's clock" },
    { clockOffsetMs: -1_200_400, expected: "its clock is -1200 s ahead of ours: correct this machine's clock" },
    { clockOffsetMs: undefined, expected: "correct this machine's clock" },
  ])('tells the difference of the clocks where it is known: $clockOffsetMs ms', ({ clockOffsetMs, expected }) => {
    const { message } = toError({ code: 'InvalidTimeStamp.Expired', clockOffsetMs });
    expect(message).toBe(`MPS answered InvalidTimeStamp.Expired (HTTP 400): ${expected}`);
    expect(toError({ code: 'Throttling', clockOffsetMs }).message).not.toContain('clock');
  });

  it('is a short one, however much MPS says', () => {
    expect(toError({ code: 'InternalError', message: 'x'.repeat(10_000) }).message.length).toBeLessThan(400);
  });
});

describe('any refusal', () => {
  it('is an error of MPS that keeps its code, and quotes none that is about keys and signatures', () => {
    const known = codes.map(([code]) => code);
    const refusals = fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      code: fc.option(fc.oneof(fc.string(), fc.constantFrom(...known)), { nil: undefined }),
      message: fc.constant(said),
      withToken: fc.boolean(),
    });
    fc.assert(
      fc.property(refusals, (refusal) => {
        const error = toRefusalError(refusal);
        expect(error).toBeInstanceOf(AppError);
        expect(error.upstreamCode).toBe(refusal.code);
        expect(error.code).toMatch(/^mps_/);
        const isQuoted = error.message.includes('string to sign');
        expect(isQuoted).toBe(/unavailable|throttled|bad_request/.test(error.code));
      }),
    );
  });
});
