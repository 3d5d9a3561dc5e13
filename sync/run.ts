import { randomUUID } from 'node:crypto';
import type { Clock } from '#core/clock.ts';
import { type AppError, toAppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { findGaps, type Plan, planRun } from '#core/plan.ts';
import type { Range } from '#core/range.ts';
import { decideOutcome, noCounts, type RunReport } from '#core/run.ts';
import { defaultHistorySeconds, type Source } from '#core/source.ts';
import type { Lease } from '#db/lease.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { MpsClient } from '#mps/client.ts';
import type { RunContext } from '#sync/context.ts';
import { keepLease, type LeaseKeeper } from '#sync/keep-lease.ts';
import { refreshJobs } from '#sync/refresh-open-jobs.ts';
import { createRunRecord } from '#sync/run-record.ts';
import { walkRange } from '#sync/walk-range.ts';

export interface RunOptions {
  readonly source: Source;
  /** Makes the run's own client: the signal ends its waits, and its counts are the run's. */
  readonly connect: (signal: AbortSignal) => MpsClient;
  readonly store: SyncStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted, with an `AppError` as its reason, well before the platform would end the process. */
  readonly signal: AbortSignal;
  /** How long the source stays locked if this process vanishes, in seconds. */
  readonly leaseSeconds?: number;
}

/** Open jobs looked at by id in one run at most. */
const maxOpenJobs = 20_000;

/**
 * One run of one source: lists what is due, looks at open jobs again, and says honestly how far it got. Never throws:
 * whatever goes wrong is in the report, and what was stored until then stays stored.
 */
export async function runSync(options: RunOptions): Promise<RunReport> {
  const report = await tryRun(options).catch((thrown): RunReport => {
    const error = toAppError(thrown);
    options.log.error({ code: error.code, reason: error.message, err: error.cause }, 'sync_run_broken');
    return { source: options.source.name, outcome: 'failed', ...noCounts, errorCode: error.code };
  });
  if (report.outcome === 'failed') options.log.error(report, 'sync_run_finished');
  else options.log.info(report, 'sync_run_finished');
  return report;
}

async function tryRun(options: RunOptions): Promise<RunReport> {
  const { source, store, clock, signal, leaseSeconds = 30 } = options;
  const lease = await store.acquireLease({ name: source.name, holder: randomUUID(), seconds: leaseSeconds });
  if (!lease) {
    await store.insertSkippedRun(source.name);
    return { source: source.name, outcome: 'skipped', ...noCounts };
  }
  const keeper = keepLease({ store, lease, clock, seconds: leaseSeconds, signal });
  try {
    return await runUnderLease(options, lease, keeper);
  } finally {
    keeper.stop();
    await store.releaseLease(lease);
  }
}

async function runUnderLease(options: RunOptions, lease: Lease, keeper: LeaseKeeper): Promise<RunReport> {
  const { source, store, clock, log } = options;
  const mps = options.connect(keeper.signal);
  const record = await createRunRecord({ store, source: source.name, fence: lease.fence, callCounts: mps.counts });
  const storePage: RunContext['storePage'] = async (page) => {
    await record.storePage(page);
    await keeper.beat(record.update);
  };
  let openJobsRefreshed = false;
  let error: AppError | undefined;
  try {
    const plan = await selectPlan(options);
    record.setWindow(plan.window);
    const context = { source, mps, clock, signal: keeper.signal, storePage };
    const read = await walkRange(context, plan.fresh, { toPresent: true });
    record.setWindow({ from: plan.window.from, to: read.to });
    openJobsRefreshed = await refreshOpenJobs(plan, context, store);
    for (const range of plan.history) await walkRange(context, range, { toPresent: false });
  } catch (thrown) {
    error = toAppError(thrown);
    log.warn({ source: source.name, code: error.code, reason: error.message }, 'sync_run_interrupted');
  }
  const { pages } = record.counts();
  const outcome = decideOutcome({
    gaps: await findGapsLeft(options, record.window()),
    openJobsRefreshed,
    error,
    pages,
  });
  await record.finish(outcome, error);
  return { source: source.name, outcome, ...record.counts(), ...(error ? { errorCode: error.code } : {}) };
}

async function selectPlan({ source, store, clock }: RunOptions): Promise<Plan> {
  const now = Math.floor(clock.now() / 1000);
  const defaultSince = now - defaultHistorySeconds;
  const { since, covered } = await store.selectCoverage({ source: source.name, since: source.since, defaultSince });
  return planRun({ now, since, lookback: source.lookbackSeconds, settle: source.settleSeconds, covered });
}

/** Looks at the open jobs that the lookback does not list. Returns whether these were all. */
async function refreshOpenJobs(plan: Plan, context: RunContext, store: SyncStore): Promise<boolean> {
  const createdBefore = plan.fresh.from;
  const ids = await store.selectOpenJobIds({ source: context.source.name, createdBefore, limit: maxOpenJobs });
  await refreshJobs(context, ids);
  return ids.length < maxOpenJobs;
}

/** Read back from the database, because what was meant to be covered and what is are two things. */
async function findGapsLeft({ source, store }: RunOptions, window: Range | undefined): Promise<Range[]> {
  if (!window) return [];
  const { covered } = await store.selectCoverage({ source: source.name, since: undefined, defaultSince: window.from });
  return findGaps(window, covered);
}
