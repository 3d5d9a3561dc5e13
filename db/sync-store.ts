import type { RunOutcome } from '#core/run.ts';
import { analyzeParents } from '#db/analyze-parents.ts';
import type { Database } from '#db/client.ts';
import { type Coverage, selectCoverage } from '#db/coverage.ts';
import { dropExpiredPartitions, type Retention } from '#db/drop-expired-partitions.ts';
import { createPartitionKeeper } from '#db/ensure-partitions.ts';
import { acquireLease, extendLease, type Lease, releaseLease } from '#db/lease.ts';
import { selectOpenJobIds } from '#db/open-jobs.ts';
import { finishRun, insertRun, insertSkippedRun, type RunProgress, updateRun } from '#db/sync-run.ts';
import { type PageCounts, type PageWrite, writePage } from '#db/write-page.ts';

/** All that the engine asks of storage. Each method is one short transaction, the two for upkeep apart. */
export interface SyncStore {
  acquireLease(options: { name: string; holder: string; seconds: number }): Promise<Lease | undefined>;
  extendLease(lease: Lease, seconds: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  selectCoverage(options: { source: string; since: number | undefined; defaultSince: number }): Promise<Coverage>;
  selectOpenJobIds(options: { source: string; createdBefore: number; limit: number }): Promise<string[]>;
  writePage(page: PageWrite): Promise<PageCounts>;
  insertRun(run: { source: string; fence: number }): Promise<number>;
  insertSkippedRun(source: string): Promise<void>;
  updateRun(run: RunProgress): Promise<void>;
  finishRun(
    run: RunProgress & { outcome: RunOutcome; errorCode?: string | undefined; error?: string | undefined },
  ): Promise<void>;
  /** Upkeep: drops months past their retention, and returns the names of the tables dropped. */
  dropExpiredPartitions(retention: Retention): Promise<string[]>;
  /** Upkeep: refreshes the planner's statistics where they are due. */
  analyzeParents(): Promise<boolean>;
}

/** The store of a Postgres database. */
export function createSyncStore(database: Database): SyncStore {
  const partitions = createPartitionKeeper(database);
  return {
    acquireLease: (options) => acquireLease(database, options),
    extendLease: (lease, seconds) => extendLease(database, lease, seconds),
    releaseLease: (lease) => releaseLease(database, lease),
    selectCoverage: (options) => selectCoverage(database, options),
    selectOpenJobIds: (options) => selectOpenJobIds(database, options),
    writePage: (page) => writePage(database, partitions, page),
    insertRun: (run) => insertRun(database, run),
    insertSkippedRun: (source) => insertSkippedRun(database, source),
    updateRun: (run) => updateRun(database, run),
    finishRun: (run) => finishRun(database, run),
    dropExpiredPartitions: async (retention) => {
      const dropped = await dropExpiredPartitions(database, retention);
      if (dropped.length > 0) partitions.forget();
      return dropped;
    },
    analyzeParents: () => analyzeParents(database),
  };
}
