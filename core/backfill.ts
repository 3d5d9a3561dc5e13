/** What a backfill does after each of its runs, as pure decisions. */
import { AppError } from '#core/errors.ts';
import type { Range } from '#core/range.ts';
import { type RetryPolicy, toBackoffMs } from '#core/retry.ts';
import type { RunOutcome } from '#core/run.ts';
import { defaultHistorySeconds, type Source } from '#core/source.ts';

/**
 * The source with its beginning moved back to where the range begins, and never forward: what the range lacks is then
 * a gap like any other, which the timer's runs read too. `stored` is the beginning that coverage knows.
 */
export function lowerSince(source: Source, stored: number | undefined, range: Range, now: number): Source {
  const known = [stored, source.since].filter((since) => since !== undefined);
  const since = known.length > 0 ? Math.min(...known) : now - defaultHistorySeconds;
  return { ...source, since: Math.min(since, range.from) };
}

export type BackfillStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly why: WaitReason; readonly ms: number }
  | { readonly kind: 'give-up'; readonly error: AppError };

/** Another run holds the source; trouble that passes; the newest seconds are too young; nothing, just go on. */
export type WaitReason = 'busy' | 'trouble' | 'unsettled' | 'none';

/** How a run of the backfill ended. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly error: AppError | undefined;
  /** What is left of the range. */
  readonly left: readonly Range[];
  /** Runs in a row, this one included, that left as much as they found. Busy ones do not count. */
  readonly fruitless: number;
}

/** With the pauses below, a quarter of an hour of nothing but trouble. */
const maxFruitless = 20;

const busyMs = 3_000;
const unsettledMs = 1_000;
const troublePolicy: RetryPolicy = { attempts: maxFruitless, baseMs: 2_000, maxMs: 60_000 };

/** Decides how to go on. Only what is covered makes a backfill done: no run is believed that says so. */
export function decideStep({ outcome, error, left, fruitless }: RunEnd, random: () => number): BackfillStep {
  if (left.length === 0) return { kind: 'done' };
  if (outcome === 'skipped') return { kind: 'wait', why: 'busy', ms: busyMs };
  const passing = error === undefined || error.retryable || error.code === 'fence_lost';
  if (!passing || fruitless >= maxFruitless) return { kind: 'give-up', error: error ?? noProgress(fruitless) };
  if (error) {
    return { kind: 'wait', why: 'trouble', ms: toBackoffMs(Math.max(1, fruitless), troublePolicy, random, undefined) };
  }
  return fruitless > 0 ? { kind: 'wait', why: 'unsettled', ms: unsettledMs } : { kind: 'wait', why: 'none', ms: 0 };
}

const noProgress = (runs: number): AppError =>
  new AppError('mps_no_progress', `${runs} runs in a row read nothing of what is left of the range`);
