import { entryState, type JobEntry } from './job-entry.ts';
import type { Position } from './job-order.ts';

/** What to list. Times are closed bounds on the creation time, in epoch milliseconds. */
export interface JobQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly state?: string | undefined;
  readonly pipelineId?: string | undefined;
  /** Most jobs to answer. Default: all. */
  readonly limit?: number | undefined;
  /** Go on behind this position of an earlier answer. */
  readonly after?: Position | undefined;
  /** States are those of so many milliseconds ago. Default 0. */
  readonly staleMs?: number;
  /** Opposite order inside each second. Default false. */
  readonly turned?: boolean;
}

/** A part of the listing, newest first. */
export interface JobSlice {
  readonly entries: JobEntry[];
  /** Whether more jobs match behind the last one. */
  readonly more: boolean;
  /** The time whose states these are, epoch milliseconds. */
  readonly at: number;
}

/** Whether the listing shows a job to this query at a time (epoch milliseconds), its creation time apart. */
export function isListed(entry: JobEntry, query: JobQuery, now: number): boolean {
  return (
    entry.listedFrom <= now &&
    (query.pipelineId === undefined || entry.pipelineId === query.pipelineId) &&
    (query.state === undefined || entryState(entry, now - (query.staleMs ?? 0)) === query.state)
  );
}
