/** One list of jobs to keep a copy of: an account's jobs in a region, or one of its pipelines. */
export interface Source {
  /** Names the source's rows, its lease and its coverage. */
  readonly name: string;
  readonly pipelineId?: string | undefined;
  /** Jobs asked for per call, 1 to 300. */
  readonly pageSize: number;
  /** Epoch seconds; `undefined` is 90 days before the first run. */
  readonly since: number | undefined;
  readonly lookbackSeconds: number;
  readonly settleSeconds: number;
}

/** MPS documents no retention for snapshot jobs; its transcoding list keeps 90 days. */
export const defaultHistorySeconds = 90 * 24 * 3600;
