import { type Clock, toSeconds } from '#core/clock.ts';
import { AppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Plan, planRun } from '#core/plan.ts';
import { intersect, type Range, subtract } from '#core/range.ts';
import { toKeptSince } from '#core/retention.ts';
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
  readonly log: Log;
  /** How long after its start a run leaves the rest of history to the next one, which sees to fresh jobs first. */
  readonly historyMs?: number;
  /** Reads only this part of history. */
  readonly history?: Range | undefined;
  /** Told after each page of history that is stored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far a run is. */
interface Progress {
  readonly counts: RunCounts;
  /** What is left of the history that it set out to read. */
  readonly left: readonly Range[];
}

export interface RunState {
  readonly record: RunRecord;
  readonly lease: Lease;
  /** What was done; stays readable when the run is cut off. */
  readonly done: { openJobsRefreshed: boolean };
}

/** Open jobs looked at in one run at most. */
const maxOpenJobs = 200_000;

/**
 * What a run does, in the order of what users wait for: fresh jobs, jobs that are still open, history. A list that
 * goes round in circles keeps the rest from nothing: its gap stays, and the error is thrown at the end.
 */
export async function advance(options: AdvanceOptions, context: RunContext, state: RunState): Promise<void> {
  const started = options.clock.now();
  const { plan, lookedAt } = await selectPlan(options);
  const stuck = await readFresh(plan, context, state.record).catch(toStuck);
  const look = { now: toSeconds(started), lastLook: lookedAt };
  const sawAll = await lookAtOpenJobs(options, context, plan.fresh.from, look);
  if (sawAll && !stuck) await noteLook(options, state);
  await readHistory(options, context, {
    record: state.record,
    ranges: plan.history,
    endsAt: started + (options.historyMs ?? 50_000),
  });
  if (stuck) throw stuck;
}

function toStuck(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'mps_no_progress') return error;
  throw error;
}

async function selectPlan(options: AdvanceOptions): Promise<{ plan: Plan; lookedAt: number }> {
  const { source, store, clock, history } = options;
  const now = toSeconds(clock.now());
  const { name, lookbackSeconds: lookback, settleSeconds: settle } = source;
  const request = { source: name, since: source.since, defaultSince: now - defaultHistorySeconds };
  const { since: noted, covered, lookedAt } = await store.upsertCoverage({ ...request, settleSeconds: settle });
  const since = toKeptSince(noted, now, source.retentionMonths);
  const plan = planRun({ now, since, lookback, settle, covered, lastLook: lookedAt });
  if (!history) return { plan, lookedAt };
  return { plan: { ...plan, history: intersect(plan.history, [history]).reverse() }, lookedAt };
}

async function readFresh(plan: Plan, context: RunContext, record: RunRecord): Promise<undefined> {
  record.setWindow(plan.window);
  const options = { lane: 'fresh', toPresent: true, onPage: context.storePage } as const;
  const read = await walkRanges(context, [plan.fresh], options);
  record.setWindow({ from: plan.window.from, to: read?.to ?? plan.fresh.to });
  return undefined;
}

/** Returns whether these were all. */
async function lookAtOpenJobs(
  { source, store }: AdvanceOptions,
  context: RunContext,
  createdBefore: number,
  look: { now: number; lastLook: number },
): Promise<boolean> {
  const jobs = await store.selectOpenJobs({ source: source.name, createdBefore, limit: maxOpenJobs });
  await refreshOpenJobs(context, jobs, look);
  return jobs.length < maxOpenJobs;
}

async function noteLook({ source, store }: AdvanceOptions, { record, lease, done }: RunState): Promise<void> {
  await store.updateLookedAt({ source: source.name, runId: record.id, fence: lease.fence });
  done.openJobsRefreshed = true;
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
