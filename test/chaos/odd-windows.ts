import type { CompletedRun } from './completed-runs.ts';

/** What a run had to cover. Times in epoch ms. */
export interface Required {
  readonly since: number;
  readonly settleMs: number;
  /** How far behind a clock may have been before `rightFrom`, when all of them were put right. */
  readonly skewMs: number;
  readonly rightFrom: number;
}

/** Between the beginning of a run and its look at the clock, which has whole seconds. */
const slackMs = 3_000;

/**
 * I2: a completed run says what it covered. It has to be all from `since` on, to the moment at which the run began by its own
 * clock less what has to settle: a smaller window could be completed with nothing read.
 */
export function findOddWindows(runs: readonly CompletedRun[], required: Required): string[] {
  const odd = runs.filter((run) => !isWhole(run, required));
  return odd.length > 0
    ? [`${odd.length} runs were completed with too small a window, such as ${tell(odd[0])} (I2)`]
    : [];
}

function isWhole(
  { started, finished, from, to }: CompletedRun,
  { since, settleMs, skewMs, rightFrom }: Required,
): boolean {
  if (from === null || to === null) return false;
  const behindMs = started >= rightFrom ? 0 : skewMs;
  return from === since && to >= started - settleMs - slackMs - behindMs && to <= finished - settleMs + slackMs;
}

const tell = (run: CompletedRun | undefined): string => JSON.stringify(run);
