/**
 * Seconds from one attempt to the next: the first is made at once, the last of ten some three days later. The schedule
 * that Standard Webhooks recommends:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const retryDelaysSeconds: readonly number[] = [
  5,
  5 * 60,
  30 * 60,
  2 * 3600,
  5 * 3600,
  10 * 3600,
  14 * 3600,
  20 * 3600,
  24 * 3600,
];

/** A refused message is not repeated within minutes: somebody has to change something first. */
const refusedSkips = 2;

export interface FailedAttempt {
  readonly outcome: 'retry' | 'refused' | 'gone';
  /** Attempts made, this one included. */
  readonly attempts: number;
  /** Epoch seconds. */
  readonly now: number;
  readonly retryAfterSeconds?: number | undefined;
  /** From 0 to 1. */
  readonly chance: number;
}

/**
 * When to try again, in epoch seconds, or `null` to give up. Up to a tenth is added by chance, so that what failed
 * together does not come back together. A receiver may ask for more patience than the schedule has, not for less.
 */
export function decideNextAttempt({
  outcome,
  attempts,
  now,
  retryAfterSeconds = 0,
  chance,
}: FailedAttempt): number | null {
  if (outcome === 'gone') return null;
  const step = outcome === 'refused' ? Math.max(attempts - 1, refusedSkips) : attempts - 1;
  if (attempts > retryDelaysSeconds.length) return null;
  const delay = retryDelaysSeconds[step] ?? 0;
  return now + Math.max(delay * (1 + chance / 10), Math.min(retryAfterSeconds, 24 * 3600));
}
