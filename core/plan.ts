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
  /** When the last run began that read the lookback to its end; before that, the first of all. */
  readonly lastLook: number;
}

export interface Plan {
  /** What must be covered for the run to be complete: from `since` to the settled end of time. */
  readonly window: Range;
  /** The lookback: listed by every run, covered or not. Its listing reaches past its end, to the present. */
  readonly fresh: Range;
  /** Gaps before the lookback, newest first. */
  readonly history: readonly Range[];
}

/** An outage is looked back over for so many lookbacks: to list a longer one again at once could take all of a run. */
const outageLookbacks = 6;

/**
 * Decides what a run lists. The lookback reaches back from the last run that read it, not from now: a job that became
 * visible late while nothing ran, or whose run's clock is ahead, is found all the same.
 */
export function planRun({ now, since, lookback, settle, covered, lastLook }: PlanInput): Plan {
  const to = Math.max(since, now - settle);
  const window = { from: since, to };
  const outage = Math.min(Math.max(0, to - lastLook), outageLookbacks * lookback);
  const fresh = { from: Math.max(since, to - outage - lookback), to };
  const history = subtract([{ from: since, to: fresh.from }], covered).reverse();
  return { window, fresh, history };
}

/** What of the window is not covered. A run is complete only when this is empty. */
export const findGaps = (window: Range, covered: readonly Range[]): Range[] =>
  isEmpty(window) ? [] : subtract([window], covered);
