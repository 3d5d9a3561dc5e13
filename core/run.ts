/** What a run did, as `mps.sync_run` and the `sync` function tell it. */
import type { AppError, ErrorCode } from '#core/errors.ts';
import type { Range } from '#core/range.ts';

export type RunOutcome = 'completed' | 'partial' | 'failed' | 'skipped';

export interface RunCounts {
  /** Calls made, failed attempts included. */
  readonly calls: number;
  readonly throttled: number;
  readonly pages: number;
  /** Records received; those read again are counted again. */
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly transitions: number;
}

export const noCounts: RunCounts = {
  calls: 0,
  throttled: 0,
  pages: 0,
  read: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  transitions: 0,
};

/** What two runs did together. */
export function addCounts(a: RunCounts, b: RunCounts): RunCounts {
  const fields = Object.keys(noCounts) as (keyof RunCounts)[];
  const sums = fields.map((field) => [field, a[field] + b[field]]);
  return Object.fromEntries(sums);
}

export interface RunReport extends RunCounts {
  readonly source: string;
  readonly outcome: RunOutcome;
  readonly errorCode?: ErrorCode;
  /** The same in words, as in `mps.sync_run`. */
  readonly error?: string;
}

/** Errors after which the next run simply goes on: the work done so far is stored and counted. */
const interruptions: readonly ErrorCode[] = ['mps_throttled', 'mps_unavailable', 'mps_unreadable'];

/**
 * The outcome of a run, computed from what is true at its end and never asserted by the code that ran: complete only
 * when nothing of its window is left uncovered and every open job was looked at. Trouble that passes by itself leaves
 * a run that got something done `partial`; anything else is `failed`.
 */
export function decideOutcome(end: {
  gaps: readonly Range[];
  openJobsRefreshed: boolean;
  error: AppError | undefined;
  pages: number;
}): Exclude<RunOutcome, 'skipped'> {
  if (!end.error) return end.gaps.length === 0 && end.openJobsRefreshed ? 'completed' : 'partial';
  if (end.error.code === 'deadline') return 'partial';
  return interruptions.includes(end.error.code) && end.pages > 0 ? 'partial' : 'failed';
}
