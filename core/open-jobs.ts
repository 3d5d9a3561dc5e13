/** Which open jobs a run looks at again, and how. Times in epoch seconds. */
import { words } from '#core/words.ts';

export interface OpenJob {
  readonly id: string;
  readonly creationTime: number;
  readonly state: string | null;
}

const daySeconds = 24 * 3600;

/**
 * Seconds between two looks at a job that stays open: none on its first day, then about a 24th of its age, so that a
 * job stuck for a month is looked at once a day. Powers of two of an hour, so that the hour of a look stays put.
 */
export function toLookInterval(ageSeconds: number): number {
  if (ageSeconds < daySeconds) return 0;
  return 3600 * 2 ** Math.floor(Math.log2(ageSeconds / daySeconds));
}

/** Whether an interval of this job has begun since the last look at the open jobs. */
export function isDue(job: Pick<OpenJob, 'creationTime'>, now: number, lastLook: number): boolean {
  const interval = toLookInterval(now - job.creationTime);
  if (interval === 0) return true;
  return Math.floor(now / interval) > Math.floor(lastLook / interval);
}

/** The states by which MPS can be asked to list open jobs. */
export const listedOpenStates = words('Submitted', 'Snapshoting');

/**
 * Whether listing both open states over the span costs fewer calls than asking for each job by its id. A list holds
 * about as many jobs as are open here, and the two lists each end with a page that is partly filled.
 */
export function isListingCheaper(openJobs: number, idsPerCall: number, jobsPerPage: number): boolean {
  return openJobs / idsPerCall > openJobs / jobsPerPage + listedOpenStates.length;
}
