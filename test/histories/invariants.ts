import { contains } from '#core/range.ts';
import type { MemoryDatabase } from './memory-store.ts';
import { type MpsServer, type ServerJob, staleMs, toRecord } from './mps-server.ts';
import type { Scenario } from './scenario.ts';

/** The promises of `docs/guarantees.md`, checked against what the simulated servers know to be true. */
export const findViolations = {
  /** Once a run has ended: those that call themselves complete must be. */
  afterRun(scenario: Scenario, database: MemoryDatabase, { runs, now }: { runs: number; now: number }): string[] {
    const future = scenario.behaviour.sendsDate && (database.covered.at(-1)?.to ?? 0) > now / 1000;
    return [
      ...(future ? ['a second is covered that has not passed'] : []),
      ...findFalseSuccess(scenario, database, runs),
    ];
  },

  /** After quiet: everything that MPS lists is stored, field for field, and history makes sense. */
  atEnd(scenario: Scenario, database: MemoryDatabase, now: number): string[] {
    return [
      ...scenario.jobs.flatMap((job) => findDifference(job, database, now)),
      ...[...database.transitions].flatMap(([id, history]) => findBrokenHistory(id, history)),
      ...findSecondWriters(database),
      ...(database.runs.at(-1)?.outcome === 'completed' ? [] : ['the last quiet run is not completed']),
    ];
  },

  /** What the server saw, all sources together. */
  ofTraffic(server: MpsServer, callsPerSecond: number): string[] {
    return findRush(server, callsPerSecond);
  },
};

function findFalseSuccess(scenario: Scenario, database: MemoryDatabase, runs: number): string[] {
  return database.runs.slice(runs).flatMap((run) => {
    const { window } = run;
    if (run.outcome !== 'completed' || !window) return [];
    const due = scenario.jobs.filter(
      (job) => job.created >= window.from && job.created < window.to && job.visibleAt < run.startedAt,
    );
    const lost = due.filter((job) => job.forgottenAt === Infinity && !database.jobs.has(job.id));
    const stale = due.filter((job) => job.forgottenAt === Infinity && isStale(job, database, run.startedAt));
    return [
      ...(contains(database.covered, window) ? [] : [`I2: run ${run.id} is completed and its window is not covered`]),
      ...lost.map(({ id }) => `I2: run ${run.id} is completed without job ${id}`),
      ...stale.map(({ id }) => `I2: run ${run.id} is completed and job ${id} had ended before`),
    ];
  });
}

const isStale = (job: ServerJob, database: MemoryDatabase, at: number): boolean =>
  job.endsAt < at - staleMs && database.jobs.get(job.id)?.state !== job.end;

function findDifference(job: ServerJob, database: MemoryDatabase, now: number): string[] {
  const stored = database.jobs.get(job.id);
  if (job.forgottenAt !== Infinity) {
    const open = stored && stored.state !== job.end && stored.missingSince === undefined;
    return open ? [`job ${job.id} is unknown to MPS, open here and not marked missing`] : [];
  }
  if (!stored) return [`I1: job ${job.id} is not stored`];
  const same = JSON.stringify(stored.raw) === JSON.stringify(toRecord(job, now));
  if (!same || stored.missingSince !== undefined) return [`I1: job ${job.id} differs from what MPS lists`];
  return [];
}

function findBrokenHistory(id: string, history: readonly { from: string | null; to: string | null }[]): string[] {
  return history.flatMap(({ from, to }, index) => {
    const previous = history[index - 1]?.to ?? null;
    if (from !== previous) return [`I6: a transition of job ${id} starts from ${from} after ${previous}`];
    if (index > 0 && from === to) return [`I6: a transition of job ${id} to ${to} is recorded twice`];
    return wentBack(from, to) ? [`I3: job ${id} went back from ${from} to ${to}`] : [];
  });
}

/** Said once more and apart from `core`, which is what is tested. */
const wentBack = (from: string | null, to: string | null): boolean =>
  from === 'Success' || from === 'Fail' || (from === 'Snapshoting' && to === 'Submitted');

/** By the fence that a run began under, whatever fence its pages show: neither the engine's word is taken nor the store's. */
function findSecondWriters({ runs, attempts }: MemoryDatabase): string[] {
  const begun = new Map(runs.map((run) => [run.id, run]));
  return attempts.flatMap(({ runId, newestFence, isRefused }) => {
    const run = begun.get(runId);
    if (!isRefused) return run?.fence === newestFence ? [] : [`I5: run ${runId} wrote after another had taken over`];
    const isHeard = run?.outcome === undefined || (run.outcome !== 'completed' && run.errorCode !== undefined);
    return isHeard ? [] : [`I5: run ${runId} was refused a page and ended as ${run.outcome} without an error`];
  });
}

function findRush({ arrivals }: MpsServer, callsPerSecond: number): string[] {
  const sorted = [...arrivals].sort((a, b) => a - b);
  const index = sorted.findIndex((at, position) => (sorted[position + callsPerSecond] ?? Infinity) < at + 1000);
  return index < 0 ? [] : [`I4: more than ${callsPerSecond} calls in one second`];
}
