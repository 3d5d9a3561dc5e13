import { parseRecords } from '#core/job.ts';
import { maxIdsPerCall } from '#mps/client.ts';
import type { RunContext } from '#sync/context.ts';

/**
 * Asks MPS for jobs by id and stores what it says: those it no longer knows are marked missing, never deleted.
 * Ids that the answer does not mention at all are left as they are.
 */
export async function refreshJobs(context: RunContext, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += maxIdsPerCall) {
    context.signal.throwIfAborted();
    const asked = ids.slice(start, start + maxIdsPerCall);
    const { records, missingIds } = await context.mps.fetchJobs(asked);
    const missing = missingIds.filter((id) => asked.includes(id));
    await context.storePage({ ...parseRecords(records), missingIds: missing, read: records.length });
  }
}
