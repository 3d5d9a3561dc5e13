import { type Clock, toSeconds } from '#core/clock.ts';
import { type Plan, planRun } from '#core/plan.ts';
import { intersect, type Range, subtract } from '#core/range.ts';
import type { RunCounts } from '#core/run.ts';
import { defaultHistorySeconds, type Source } from '#core/source.ts';
import type { Lease } from '#db/lease.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { RunContext } from '#sync/context.ts';
import { refreshOpenJobs } from '#sync/refresh-open-jobs.ts';
import type { RunRecord } from '#sync/run-record.ts';
import { walkRanges } from '#sync/walk-ranges.ts';

export interface AdvanceOptions {
  readonly source: Source;
  readonly store: SyncStore;
  readonly clock: Clock;
  /** How long after its start a run leaves the rest of history to the next one, which sees to fresh jobs first. */
  readonly historyMs?: number;
  /** Reads only this part of history. */
  readonly history?: Range | undefined;
  /** Told after each page of history that is stored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far a run is. */
export interface Progress {
  readonly counts: RunCounts;
  /** What is left of the history that it set out to read. */
  readonly left: readonly Range[];
}

export interface RunState {
  readonly record: RunRecord;
  readonly lease: Lease;
  /** Stays readable when the run is cut off. */
  readonly progress: { openJobsRefreshed: boolean };
}

/** Open jobs looked at in one run at most: with more than that a run says that it is not complete. */
const maxOpenJobs = 200_000;

/** What a run does, in the order of what users wait for: fresh jobs, jobs that are still open, history. */
export async function advance(options: AdvanceOptions, context: RunContext, state: RunState): Promise<void> {
  const started = options.clock.now();
  const { plan, lookedAt } = await selectPlan(options);
  await readFresh(plan, context, state.record);
  const look = { now: toSeconds(started), lastLook: lookedAt };
  await lookAtOpenJobs(options, context, { ...state, createdBefore: plan.fresh.from, look });
  await readHistory(options, context, {
    record: state.record,
    ranges: plan.history,
    endsAt: started + (options.historyMs ?? 50_000),
  });
}

async function selectPlan(options: AdvanceOptions): Promise<{ plan: Plan; lookedAt: number }> {
  const { source, store, clock, history } = options;
  const now = toSeconds(clock.now());
  const { name, lookbackSeconds: lookback, settleSeconds: settle } = source;
  const request = { source: name, since: source.since, defaultSince: now - defaultHistorySeconds };
  const { since, covered, lookedAt } = await store.upsertCoverage({ ...request, settleSeconds: settle });
  const plan = planRun({ now, since, lookback, settle, covered, lastLook: lookedAt });
  if (!history) return { plan, lookedAt };
  return { plan: { ...plan, history: intersect(plan.history, [history]).reverse() }, lookedAt };
}

async function readFresh(plan: Plan, context: RunContext, record: RunRecord): Promise<void> {
  record.setWindow(plan.window);
  const options = { lane: 'fresh', toPresent: true, onPage: context.storePage } as const;
  const read = await walkRanges(context, [plan.fresh], options);
  record.setWindow({ from: plan.window.from, to: read?.to ?? plan.fresh.to });
}

async function lookAtOpenJobs(
  { source, store }: AdvanceOptions,
  context: RunContext,
  options: RunState & { createdBefore: number; look: { now: number; lastLook: number } },
): Promise<void> {
  const { createdBefore, look, lease, record, progress } = options;
  const jobs = await store.selectOpenJobs({ source: source.name, createdBefore, limit: maxOpenJobs });
  await refreshOpenJobs(context, jobs, look);
  if (jobs.length === maxOpenJobs) return;
  await store.updateLookedAt({ source: source.name, runId: record.id, fence: lease.fence });
  progress.openJobsRefreshed = true;
}

async function readHistory(
  { clock, onProgress }: AdvanceOptions,
  context: RunContext,
  { record, ranges, endsAt }: { record: RunRecord; ranges: readonly Range[]; endsAt: number },
): Promise<void> {
  let left = ranges;
  const report = () => onProgress?.({ counts: record.counts(), left });
  report();
  await walkRanges(context, ranges, {
    lane: 'history',
    shouldStop: () => clock.now() >= endsAt,
    onPage: async (page) => {
      await context.storePage(page);
      if (page.covers) left = subtract(left, [page.covers]);
      report();
    },
  });
}
