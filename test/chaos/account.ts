import type { FaultRule } from '#simulator/fault.ts';
import { seedHistory } from '#simulator/generate.ts';
import { generateJob } from '#simulator/job-generator.ts';
import type { JobModel } from '#simulator/job-model.ts';
import { createRandom, uniform } from '#simulator/random.ts';
import { startSimulator } from '#simulator/server.ts';
import type { ReadLog } from '../proofs/read-log.ts';
import { createStaleness } from './stale.ts';
import { createStorm } from './storm.ts';

/** What is noted of what the account is asked. */
interface Reading {
  /** Where it is noted what the account lists, while that matters. */
  log: ReadLog | undefined;
  /** Calls that asked for open jobs, by state or by id. */
  looks: number;
}

export interface AccountOptions {
  /** Calls a second that it grants. */
  readonly cap: number;
  /** When its history begins, epoch ms. */
  readonly from: number;
  /** When jobs stop coming, epoch ms. */
  readonly endsAt: number;
  readonly lookbackMs: number;
}

/** An account with a history, in which jobs come and end until the end, with what can go wrong at MPS. */
export async function openAccount({ cap, from, endsAt, lookbackMs }: AccountOptions) {
  const storm = createStorm();
  const stale = createStaleness();
  const reading: Reading = { log: undefined, looks: 0 };
  const simulator = await startSimulator({
    qps: cap,
    quotaWindow: 'sliding',
    latencyMs: { mean: 30, jitter: 20 },
    sameSecondOrder: 'shuffled',
    tokenTtlMs: 60_000,
    life: { jobsPerSecond: 5, now: () => Math.min(Date.now(), endsAt) },
    faults: inTurn(storm.rule, countLooks(reading), stale.rule),
    onListing: (listing) => {
      reading.log?.served(listing, performance.now());
      stale.note(listing.jobs, simulator.model);
    },
  });
  const now = Date.now();
  seedHistory(simulator.model, { count: 20_000, from, to: now, skew: 'bursty' });
  addSlowJobs(simulator.model, { count: 200, from, to: now - lookbackMs, endsFrom: now, endsTo: endsAt });
  return { simulator, storm, stale, reading };
}

/** The first fault that any of them has for a call. */
const inTurn =
  (...rules: FaultRule[]): FaultRule =>
  (request) => {
    for (const rule of rules) {
      const fault = rule(request);
      if (fault) return fault;
    }
    return undefined;
  };

const countLooks =
  (reading: Reading): FaultRule =>
  ({ query }) => {
    if (query.SnapshotJobIds || query.State) reading.looks += 1;
    return undefined;
  };

/**
 * Jobs from before the lookback that end one after the other while trouble is made: no listing of the lookback shows them, so
 * that a run knows of their ends only if it looks at open jobs.
 */
function addSlowJobs(
  model: JobModel,
  { count, from, to, endsFrom, endsTo }: { count: number; from: number; to: number; endsFrom: number; endsTo: number },
): void {
  const random = createRandom(3);
  const jobs = Array.from({ length: count }, () => {
    const job = generateJob(random, Math.floor(uniform(random, from, to)));
    const startedAt = Math.floor(uniform(random, endsFrom, endsTo));
    const finishedAt = Math.floor(uniform(random, startedAt, endsTo));
    const { id, pipelineId, submittedAt, failure } = job;
    return { id, pipelineId, submittedAt, failure, startedAt, finishedAt, describe: job.describe.bind(job) };
  });
  model.addMany(jobs);
}
