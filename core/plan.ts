import { isEmpty, type Range, subtract } from '#core/range.ts';

/** What a run has to know to decide what to list. Moments in epoch seconds, spans in seconds. */
export interface PlanInput {
  readonly now: number;
  /** Jobs created before this moment are nobody's business here. */
  readonly since: number;
  /** How far back every run looks again, for states that changed and jobs that appeared late. */
  readonly lookback: number;
  /** How long a second must lie in the past before it can count as covered. */
  readonly settle: number;
  readonly covered: readonly Range[];
}

export interface Plan {
  /** What must be covered for the run to be complete: from `since` to the settled end of time. */
  readonly window: Range;
  /** The lookback: listed by every run, covered or not. Its listing reaches past its end, to the present. */
  readonly fresh: Range;
  /** Gaps before the lookback, newest first. */
  readonly history: readonly Range[];
}

/** Decides what a run lists. */
export function planRun({ now, since, lookback, settle, covered }: PlanInput): Plan {
  const to = Math.max(since, now - settle);
  const window = { from: since, to };
  const fresh = { from: Math.max(since, to - lookback), to };
  const history = subtract([{ from: since, to: fresh.from }], covered).reverse();
  return { window, fresh, history };
}

/** What of the window is not covered. A run is complete only when this is empty. */
export const findGaps = (window: Range, covered: readonly Range[]): Range[] =>
  isEmpty(window) ? [] : subtract([window], covered);
