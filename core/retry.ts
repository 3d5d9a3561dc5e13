/** Which failed attempts to repeat, and after how long. Pure: the caller supplies chance. */
import type { AppError } from '#core/errors.ts';

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Upper bound of the first wait, in ms; it doubles with every further attempt. */
  readonly baseMs: number;
  /** No wait is longer than this, in ms, whatever the server asks for. */
  readonly maxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 6, baseMs: 200, maxMs: 20_000 };

/**
 * Backoff with full jitter: uniform between 0 and the doubling bound
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). A server's own wish, in ms, is a floor.
 */
export function toBackoffMs(
  attempt: number,
  policy: RetryPolicy,
  random: () => number,
  retryAfterMs: number | undefined,
): number {
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const jittered = random() * bound;
  return Math.round(Math.min(policy.maxMs, (retryAfterMs ?? 0) + jittered));
}

/** The wait in ms before the next attempt, or `undefined` when the error is final. `attempt` counts from 1. */
export function decideRetry(
  error: AppError,
  attempt: number,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (!error.retryable || attempt >= policy.attempts) return undefined;
  return toBackoffMs(attempt, policy, random, error.retryAfterMs);
}
