/**
 * Every way the product can refuse or fail, each with the one place that says whether trying again can help.
 * Codes are public: they appear in `mps.sync_run.error_code`, in logs and in problem documents.
 */
export const errorCodes = {
  config_invalid: { retryable: false },
  usage: { retryable: false },
  port_taken: { retryable: false },
  data_directory_broken: { retryable: false },
  job_unknown: { retryable: false },
  mps_throttled: { retryable: true },
  mps_unavailable: { retryable: true },
  mps_unreadable: { retryable: true },
  mps_clock_skew: { retryable: false },
  mps_credentials: { retryable: false },
  mps_forbidden: { retryable: false },
  mps_token_refused: { retryable: false },
  mps_bad_request: { retryable: false },
  mps_no_progress: { retryable: false },
  copy_differs: { retryable: false },
  fence_lost: { retryable: false },
  deadline: { retryable: true },
  database_unavailable: { retryable: true },
  database_rejected: { retryable: false },
  database_slow: { retryable: false },
  schema_missing: { retryable: false },
  schema_newer: { retryable: false },
  crashed: { retryable: true },
  unexpected: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

/** What the upstream said of an error, where that matters to the decision that follows. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** MPS's own code, such as `Throttling.User`. */
  readonly upstreamCode?: string | undefined;
  /** How long the server asks to be left alone, in ms. */
  readonly retryAfterMs?: number | undefined;
}

/** The one error type of the product. `message` names the thing and the remedy and never holds a secret. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly upstreamCode: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryable = errorCodes[code].retryable;
    this.upstreamCode = details.upstreamCode;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Any thrown value as an `AppError`; what was not foreseen becomes `unexpected` and keeps its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unexpected', toMessage(error), { cause: error });
}

function toMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : `something that is no Error was thrown: ${typeof thrown}`;
}
