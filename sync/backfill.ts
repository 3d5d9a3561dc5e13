import { type BackfillStep, decideStep, lowerSince, type WaitReason } from '#core/backfill.ts';
import { toSeconds } from '#core/clock.ts';
import { type AppError, toAppError } from '#core/errors.ts';
import { findGaps } from '#core/plan.ts';
import { type Range, totalSeconds } from '#core/range.ts';
import { addCounts, noCounts, type RunCounts, type RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import { type RunOptions, runSync } from '#sync/run.ts';

export interface BackfillOptions extends Omit<RunOptions, 'history' | 'onProgress' | 'onError'> {
  /** Creation time to be covered. */
  readonly range: Range;
  readonly onEvent: (event: BackfillEvent) => void;
}

export type BackfillEvent =
  | ({ readonly kind: 'progress' } & BackfillProgress)
  | { readonly kind: 'waiting'; readonly why: WaitReason; readonly ms: number; readonly error: AppError | undefined };

export interface BackfillProgress {
  /** Of all runs so far together. */
  readonly counts: RunCounts;
  /** What is left of the range. */
  readonly left: readonly Range[];
}

export interface BackfillReport extends BackfillProgress {
  readonly outcome: 'covered' | 'already-covered' | 'interrupted' | 'failed';
  readonly runs: number;
  /** What it failed of. */
  readonly error?: AppError;
}

/** What the runs so far came to. */
interface Tally extends BackfillProgress {
  readonly runs: number;
  readonly fruitless: number;
}

/**
 * Reads a range of history until coverage holds it all, run after run. Each sees to fresh jobs first and gives up the
 * lease at its end, so that this can take days without anybody waiting for it. Stops cleanly when the signal says so.
 *
 * Throws what keeps it from reading the coverage at its start; whatever comes later is in the report.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillReport> {
  const { store, clock, range, signal } = options;
  const coverage = await store.selectCoverage(options.source.name);
  const source = lowerSince(options.source, coverage?.since, range, toSeconds(clock.now()));
  let tally: Tally = { counts: noCounts, left: findGaps(range, coverage?.covered ?? []), runs: 0, fruitless: 0 };
  if (tally.left.length === 0) return toReport(tally, 'already-covered');
  while (!signal.aborted) {
    options.onEvent({ kind: 'progress', counts: tally.counts, left: tally.left });
    const { next, step } = await runAndDecide(options, source, tally);
    tally = next;
    if (step.kind === 'done') return toReport(tally, 'covered');
    if (signal.aborted) break;
    if (step.kind === 'give-up') return { ...toReport(tally, 'failed'), error: step.error };
    await clock.sleep(step.ms, signal).catch(() => {});
  }
  return toReport(tally, 'interrupted');
}

const toReport = ({ counts, left, runs }: Tally, outcome: BackfillReport['outcome']): BackfillReport => ({
  outcome,
  counts,
  left,
  runs,
});

async function runAndDecide(
  options: BackfillOptions,
  source: Source,
  before: Tally,
): Promise<{ next: Tally; step: BackfillStep }> {
  const { report, error: runError } = await runBounded(options, source, before);
  const { left, error: readError } = await selectLeft(options, before.left);
  const error = runError ?? readError;
  const fruitless = countFruitless(report, before, left);
  const step = decideStep({ outcome: report.outcome, error, left, fruitless }, Math.random);
  if (step.kind === 'wait' && step.why !== 'none' && !options.signal.aborted) {
    options.onEvent({ kind: 'waiting', why: step.why, ms: step.ms, error });
  }
  return { next: { counts: addCounts(before.counts, report), left, runs: before.runs + 1, fruitless }, step };
}

function countFruitless({ outcome }: RunReport, before: Tally, left: readonly Range[]): number {
  if (totalSeconds(left) < totalSeconds(before.left)) return 0;
  return outcome === 'skipped' ? before.fruitless : before.fruitless + 1;
}

async function runBounded(options: BackfillOptions, source: Source, before: Tally) {
  const { range, onEvent } = options;
  let error: AppError | undefined;
  const report = await runSync({
    ...options,
    source,
    history: range,
    onProgress: ({ counts, left }) => onEvent({ kind: 'progress', counts: addCounts(before.counts, counts), left }),
    onError: (thrown) => {
      error = thrown;
    },
  });
  return { report, error };
}

/** A database that is away for a moment leaves the question open until the next run. */
async function selectLeft({ store, source, range }: BackfillOptions, known: readonly Range[]) {
  try {
    const coverage = await store.selectCoverage(source.name);
    return { left: findGaps(range, coverage?.covered ?? []), error: undefined };
  } catch (error) {
    return { left: known, error: toAppError(error) };
  }
}
