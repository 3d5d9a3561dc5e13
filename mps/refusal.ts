import { AppError, type ErrorCode } from '#core/errors.ts';

/** What is known of an answer that is not a page. */
export interface Refusal {
  readonly status: number;
  /** MPS's error code; absent when the answer was no JSON (a gateway's HTML page, an empty body). */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Whether the refused request carried a `NextPageToken`. */
  readonly withToken: boolean;
  /** The server's clock minus ours, in ms, where its `Date` header told. */
  readonly clockOffsetMs?: number | undefined;
}

/** Matched in order, by code and not by HTTP status: throttling usually comes with 400. */
const rules: readonly { match: RegExp; code: ErrorCode; remedy?: string }[] = [
  { match: /^Throttling/, code: 'mps_throttled' },
  { match: /^ServiceUnavailable|^InternalError|^SignatureNonceUsed$/i, code: 'mps_unavailable' },
  { match: /^(InvalidTimeStamp|IllegalTimestamp)/i, code: 'mps_clock_skew', remedy: "correct this machine's clock" },
  {
    match: /^(InvalidAccessKeyId|SignatureDoesNotMatch|IncompleteSignature|InvalidSecurityToken|MissingSecurityToken)/,
    code: 'mps_credentials',
    remedy: 'check the access key, its secret and its security token',
  },
  {
    match: /^(Forbidden|NoPermission|InvalidIdentity\.ServiceDisabled)/,
    code: 'mps_forbidden',
    remedy: 'allow mts:QuerySnapshotJobList on resource * to this identity, and check that MPS is activated',
  },
];

/**
 * The error that an answer stands for. The codes are those of
 * https://www.alibabacloud.com/help/doc-detail/29254.htm and of the shared API gateway.
 */
export function toRefusalError(refusal: Refusal): AppError {
  const rule = refusal.code === undefined ? undefined : rules.find(({ match }) => match.test(refusal.code ?? ''));
  const code = rule?.code ?? classifyRest(refusal);
  const details = { upstreamCode: refusal.code, retryAfterMs: refusal.retryAfterMs };
  return new AppError(code, describe(refusal, code, rule?.remedy), details);
}

function classifyRest({ status, code, withToken }: Refusal): ErrorCode {
  if (status === 429) return 'mps_throttled';
  if (status === 408 || status >= 500) return 'mps_unavailable';
  if (code === undefined) return 'mps_unreadable';
  return withToken && code.startsWith('InvalidParameter') ? 'mps_token_refused' : 'mps_bad_request';
}

/** A signature error's message echoes the string to sign, and others may name the key: those are left out. */
const quotable: readonly ErrorCode[] = ['mps_bad_request', 'mps_unavailable', 'mps_throttled'];

function describe(refusal: Refusal, code: ErrorCode, remedy: string | undefined): string {
  const request = refusal.requestId ? `, request ${refusal.requestId}` : '';
  const what = refusal.code ?? 'something that is not a page of jobs';
  const skew = code === 'mps_clock_skew' && refusal.clockOffsetMs !== undefined;
  const parts = [
    `MPS answered ${what} (HTTP ${refusal.status}${request})`,
    quotable.includes(code) && refusal.message ? refusal.message.slice(0, 300) : undefined,
    skew ? `its clock is ${Math.round((refusal.clockOffsetMs ?? 0) / 1000)} s ahead of ours` : undefined,
    remedy,
  ];
  return parts.filter((part) => part !== undefined).join(': ');
}
