import type { StorableJob } from '#core/job.ts';
import { toRank } from '#core/state.ts';

/**
 * The jobs of a page, each once. MPS may list a job twice when it changes while the page is made: of two copies the one
 * in the further state is the newer, of equals the first is taken.
 */
export function toDistinctJobs(jobs: readonly StorableJob[]): StorableJob[] {
  const distinct = new Map<string, StorableJob>();
  for (const job of jobs) {
    const key = `${job.id} ${job.creationTime}`;
    const other = distinct.get(key);
    if (!other || rankOf(job) > rankOf(other)) distinct.set(key, job);
  }
  return [...distinct.values()];
}

function rankOf({ raw }: StorableJob): number {
  const state = raw.State;
  return toRank(typeof state === 'string' ? state : null);
}
