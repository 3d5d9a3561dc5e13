import { randomUUID } from 'node:crypto';
import { type AppError, toAppError } from '#core/errors.ts';
import { findGaps } from '#core/plan.ts';
import type { Range } from '#core/range.ts';
import { decideOutcome, noCounts, type RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import type { Lease } from '#db/lease.ts';
import type { MpsClient } from '#mps/client.ts';
import { type AdvanceOptions, advance, type RunState } from '#sync/advance.ts';
import type { RunContext } from '#sync/context.ts';
import { keepLease, type LeaseKeeper } from '#sync/keep-lease.ts';
import { keepUp } from '#sync/keep-up.ts';
import { createRunRecord, type RunRecord } from '#sync/run-record.ts';

export interface RunOptions extends AdvanceOptions {
  /** Makes the run's own client: the signal ends its waits, and its counts are the run's. */
  readonly connect: (source: Source, signal: AbortSignal) => MpsClient;
  /** Aborted, with an `AppError` as its reason, well before the platform would end the process. */
  readonly signal: AbortSignal;
  /** How long the source stays locked if this process vanishes, in seconds. */
  readonly leaseSeconds?: number;
  /** Told what ended the run early: the report has its code only. */
  readonly onError?: ((error: AppError) => void) | undefined;
}

/**
 * One run of one source: lists what is due, looks at open jobs again, and says honestly how far it got. Never throws:
 * whatever goes wrong is in the report, and what was stored until then stays stored.
 */
export async function runSync(options: RunOptions): Promise<RunReport> {
  const report = await tryRun(options).catch((thrown): RunReport => {
    const error = toAppError(thrown);
    options.onError?.(error);
    options.log.error({ code: error.code, reason: error.message, err: error.cause }, 'sync_run_broken');
    return { source: options.source.name, outcome: 'failed', ...noCounts, errorCode: error.code, error: error.message };
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
  const { source } = options;
  const mps = options.connect(source, keeper.signal);
  const record = await openRecord(options, { fence: lease.fence, mps, signal: keeper.signal });
  const done = { openJobsRefreshed: false };
  const error = await read(options, { mps, keeper, state: { record, lease, done } });
  // However reading ended: on a full disk it fails until a month has gone. Whoever took over keeps up by itself.
  if (error?.code !== 'fence_lost') await keepUp(options, { runId: record.id, signal: keeper.signal });
  const { pages } = record.counts();
  const gaps = await findGapsLeft(options, record.window());
  const outcome = decideOutcome({ gaps, openJobsRefreshed: done.openJobsRefreshed, error, pages });
  await record.finish(outcome, error);
  return {
    source: source.name,
    outcome,
    ...record.counts(),
    ...(error ? { errorCode: error.code, error: error.message } : {}),
  };
}

/** A full disk may have no room for the record, but for dropping the months that would make room. */
async function openRecord(
  options: RunOptions,
  { fence, mps, signal }: { fence: number; mps: MpsClient; signal: AbortSignal },
): Promise<RunRecord> {
  const { source, store } = options;
  try {
    return await createRunRecord({ store, source: source.name, fence, callCounts: mps.counts });
  } catch (thrown) {
    await keepUp(options, { runId: undefined, signal });
    throw thrown;
  }
}

/** Returns what ended it early. */
async function read(
  options: RunOptions,
  { mps, keeper, state }: { mps: MpsClient; keeper: LeaseKeeper; state: RunState },
): Promise<AppError | undefined> {
  const { source, clock, log } = options;
  const storePage: RunContext['storePage'] = async (page) => {
    await state.record.storePage(page);
    await keeper.beat(state.record.update);
  };
  const context = { source, mps, clock, signal: keeper.signal, storePage };
  const error = await advance(options, context, state).then(() => undefined, toAppError);
  if (!error) return undefined;
  log.warn({ source: source.name, code: error.code, reason: error.message }, 'sync_run_interrupted');
  options.onError?.(error);
  return error;
}

/**
 * Read back from the database, because what was meant to be covered and what is are two things. Of what the run's own retention
 * let go meanwhile nothing is missing.
 */
async function findGapsLeft({ source, store }: RunOptions, window: Range | undefined): Promise<Range[]> {
  if (!window) return [];
  const coverage = await store.selectCoverage(source.name);
  const from = Math.max(window.from, coverage?.since ?? window.from);
  return findGaps({ ...window, from }, coverage?.covered ?? []);
}
