import type { Database } from '#db/client.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { type JobPosition, type JobRow, selectJobs, toPosition } from '#db/select-jobs.ts';

export interface JobPage {
  readonly rows: readonly JobRow[];
  /** Behind which job the next page begins, or `undefined` after the last. */
  readonly next: JobPosition | undefined;
}

/** One page of jobs. One row more than the page holds is read, to know whether another page follows. */
export async function listJobs(
  database: Database,
  options: { filter: JobFilter; after: JobPosition | undefined; limit: number; withRaw: boolean },
): Promise<JobPage> {
  const found = await selectJobs(database, { ...options, limit: options.limit + 1 });
  const rows = found.slice(0, options.limit);
  const last = rows.at(-1);
  return { rows, next: last && found.length > rows.length ? toPosition(last) : undefined };
}
