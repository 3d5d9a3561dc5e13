/**
 * The four states of a snapshot job, spelled as MPS spells them (one `t` in Snapshoting).
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export const SNAPSHOT_STATES = ['Submitted', 'Snapshoting', 'Success', 'Fail'] as const;

/** One of the four states. */
export type SnapshotState = (typeof SNAPSHOT_STATES)[number];

/** A job object as it stands in a response. Nothing is promised of it, so that tests can also serve odd ones. */
export type RawJob = Record<string, unknown>;

/** Why a job failed: the job's own `Code` and `Message`. */
export interface JobFailure {
  readonly code: string;
  readonly message: string;
}

/** A job that lives by the clock: what a reader sees of it depends only on the job and the time. */
export interface ScheduledJob {
  readonly id: string;
  readonly pipelineId: string;
  /** When the job was submitted, epoch milliseconds. The listing shows whole seconds of it. */
  readonly submittedAt: number;
  /** When it leaves Submitted, epoch milliseconds; absent = it waits for ever. */
  readonly startedAt?: number | undefined;
  /** When it leaves Snapshoting, epoch milliseconds; absent = it never ends. */
  readonly finishedAt?: number | undefined;
  /** Present = the job ends in Fail; absent = it ends in Success. */
  readonly failure?: JobFailure | undefined;
  /** The whole job object in a given state. */
  readonly describe: (state: SnapshotState) => RawJob;
}

/** The state of a scheduled job at a time (epoch milliseconds). */
export function stateAt(job: ScheduledJob, now: number): SnapshotState {
  if (job.startedAt === undefined || now < job.startedAt) {
    return 'Submitted';
  }
  if (job.finishedAt === undefined || now < job.finishedAt) {
    return 'Snapshoting';
  }
  return job.failure === undefined ? 'Success' : 'Fail';
}
