import type { AbsentAs, JobEntry } from './job-entry.ts';

/** What a visibility rule may look at. */
type ListedJob = Pick<JobEntry, 'id' | 'createdAt' | 'pipelineId'>;

/** Settings of a job model; each has a default. */
export interface JobModelOptions {
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Salt of the shuffled order. Default 1. */
  readonly seed?: number;
  /** Default `absent`. */
  readonly absentAs?: AbsentAs;
  /**
   * Order of jobs of one second: by arrival, latest first (`stable`, the default), or by a hash of the id (`shuffled`;
   * the server then also turns it round for half of the listings). The documentation promises none.
   */
  readonly sameSecondOrder?: 'stable' | 'shuffled';
  /** Jobs created earlier than so many days ago are forgotten. Default: none are. */
  readonly retentionDays?: number;
  /** Milliseconds after its creation that a job is missing from the listing (not from a look-up by id). Default 0. */
  readonly visibilityDelayMs?: (job: ListedJob) => number;
}
