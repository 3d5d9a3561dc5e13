import pLimit from 'p-limit';
import type { OpenJob } from '#core/open-jobs.ts';
import type { RunOutcome } from '#core/run.ts';
import { analyzeParents } from '#db/analyze-parents.ts';
import type { WritableDatabase } from '#db/client.ts';
import { type Coverage, type CoverageRequest, selectCoverage, updateLookedAt, upsertCoverage } from '#db/coverage.ts';
import { deleteExpired } from '#db/delete-expired.ts';
import { dropExpiredPartitions, type Retention } from '#db/drop-expired-partitions.ts';
import { createPartitionKeeper } from '#db/ensure-partitions.ts';
import { acquireLease, extendLease, type Lease, releaseLease } from '#db/lease.ts';
import { selectOpenJobs } from '#db/open-jobs.ts';
import { createPageQueue } from '#db/page-queue.ts';
import { reportThrottled, reserveSlots, type SlotBlock, type SlotRequest } from '#db/quota.ts';
import { finishRun, insertRun, insertSkippedRun, type RunProgress, updateRun } from '#db/sync-run.ts';
import { type PageCounts, type PageWrite, writePages } from '#db/write-page.ts';

/** All that the engine asks of storage. Each method is one short transaction, those for upkeep apart. */
export interface SyncStore {
  acquireLease(options: { name: string; holder: string; seconds: number }): Promise<Lease | undefined>;
  extendLease(lease: Lease, seconds: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  upsertCoverage(request: CoverageRequest): Promise<Coverage>;
  selectCoverage(source: string): Promise<Coverage | undefined>;
  selectOpenJobs(options: { source: string; createdBefore: number; limit: number }): Promise<OpenJob[]>;
  updateLookedAt(look: { source: string; runId: number; fence: number }): Promise<void>;
  writePage(page: PageWrite): Promise<PageCounts>;
  insertRun(run: { source: string; fence: number }): Promise<number>;
  insertSkippedRun(source: string): Promise<void>;
  updateRun(run: RunProgress): Promise<void>;
  finishRun(
    run: RunProgress & { outcome: RunOutcome; errorCode?: string | undefined; error?: string | undefined },
  ): Promise<void>;
  reserveSlots(request: SlotRequest): Promise<SlotBlock>;
  reportThrottled(account: string, callsPerSecond: number): Promise<void>;
  /** Upkeep: drops months past their retention, and returns the names of the tables dropped. */
  dropExpiredPartitions(retention: Retention): Promise<string[]>;
  /** Upkeep: deletes what else has passed its retention, where a look is due, and returns how many rows. */
  deleteExpired(): Promise<number>;
  /** Upkeep: refreshes the planner's statistics where they are due. */
  analyzeParents(): Promise<boolean>;
}

/** A third gains nothing. */
const pageConnections = 2;

/**
 * The store of a Postgres database. `control` serves what must not wait behind page writes: call slots and the lease.
 */
export function createSyncStore(database: WritableDatabase, control: WritableDatabase = database): SyncStore {
  const partitions = createPartitionKeeper(database);
  const pages = { database, partitions, send: pLimit(pageConnections) };
  return {
    acquireLease: (options) => acquireLease(control, options),
    extendLease: (lease, seconds) => extendLease(control, lease, seconds),
    releaseLease: (lease) => releaseLease(control, lease),
    upsertCoverage: (request) => upsertCoverage(database, request),
    selectCoverage: (source) => selectCoverage(database, source),
    selectOpenJobs: (options) => selectOpenJobs(database, options),
    updateLookedAt: (look) => updateLookedAt(database, look),
    // One writer more than connections: what it is given is made ready to be sent, so that none waits for it.
    writePage: createPageQueue((group) => writePages(pages, group), pageConnections + 1),
    insertRun: (run) => insertRun(control, run),
    insertSkippedRun: (source) => insertSkippedRun(control, source),
    updateRun: (run) => updateRun(control, run),
    finishRun: (run) => finishRun(control, run),
    reserveSlots: (request) => reserveSlots(control, request),
    reportThrottled: (account, callsPerSecond) => reportThrottled(control, account, callsPerSecond),
    // Some may have gone even where it failed.
    dropExpiredPartitions: (retention) => dropExpiredPartitions(database, retention).finally(partitions.forget),
    deleteExpired: () => deleteExpired(database),
    analyzeParents: () => analyzeParents(database),
  };
}
