import pMap from 'p-map';
import { parseRecords } from '#core/job.ts';
import { isDue, isListingCheaper, listedOpenStates, type OpenJob } from '#core/open-jobs.ts';
import type { Range } from '#core/range.ts';
import { maxIdsPerCall } from '#mps/client.ts';
import type { RunContext } from '#sync/context.ts';
import { walkRanges } from '#sync/walk-ranges.ts';
import { createWalkerDemand } from '#sync/walker-demand.ts';

/**
 * Looks again at open jobs that no listing of the lookback shows. MPS is asked for all jobs that are still in an open
 * state, a page at a time; only those that are no longer among them are asked for one by one.
 */
export async function refreshOpenJobs(
  context: RunContext,
  openJobs: readonly OpenJob[],
  options: { now: number; lastLook: number },
): Promise<void> {
  const due = openJobs.filter((job) => isDue(job, options.now, options.lastLook));
  const listed = await listStillOpen(context, due);
  const left = due.filter(({ id }) => !listed.has(id));
  await fetchJobs(
    context,
    left.map(({ id }) => id),
  );
}

/** Stores every job that MPS lists as open over the span of these, and returns their ids. */
async function listStillOpen(context: RunContext, due: readonly OpenJob[]): Promise<Set<string>> {
  const listed = new Set<string>();
  const span = toSpan(due.filter(({ state }) => isListed(state)));
  if (!span || !isListingCheaper(due.length, maxIdsPerCall, context.source.pageSize)) return listed;
  for (const state of listedOpenStates) {
    await walkRanges(context, [span], {
      lane: 'fresh',
      state,
      onPage: async ({ covers: _, ...page }) => {
        await context.storePage(page);
        for (const { id } of page.jobs) listed.add(id);
      },
    });
  }
  return listed;
}

const isListed = (state: string | null): boolean => listedOpenStates.some((listed) => listed === state);

function toSpan(jobs: readonly OpenJob[]): Range | undefined {
  const times = jobs.map(({ creationTime }) => creationTime);
  const newest = times.reduce((most, time) => Math.max(most, time), -Infinity);
  const oldest = times.reduce((least, time) => Math.min(least, time), Infinity);
  return times.length > 0 ? { from: oldest, to: newest + 1 } : undefined;
}

/**
 * Asks MPS for jobs by id and stores what it says: those it no longer knows are marked missing, never deleted.
 * Ids that the answer does not mention at all are left as they are.
 */
async function fetchJobs(context: RunContext, ids: readonly string[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(ids.length / maxIdsPerCall) }, (_, index) =>
    ids.slice(index * maxIdsPerCall, (index + 1) * maxIdsPerCall),
  );
  const failures: unknown[] = [];
  const fetchUnlessFailed = async (batch: readonly string[]) => {
    if (failures.length === 0) await fetchBatch(context, batch).catch((error) => failures.push(error));
  };
  await pMap(batches, fetchUnlessFailed, { concurrency: createWalkerDemand(context.mps.callsPerSecond, 1).wanted() });
  if (failures.length > 0) throw failures[0];
}

async function fetchBatch(context: RunContext, asked: readonly string[]): Promise<void> {
  context.signal.throwIfAborted();
  const { records, missingIds } = await context.mps.fetchJobs(asked);
  const missing = missingIds.filter((id) => asked.includes(id));
  await context.storePage({ ...parseRecords(records), missingIds: missing, read: records.length });
}
