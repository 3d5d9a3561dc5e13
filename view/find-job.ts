import type { Database } from '#db/client.ts';
import { type JobRow, selectJob } from '#db/select-jobs.ts';
import { notFound, RefusalError } from '#view/problem.ts';

/** One job, or a refusal when nobody knows it. No id holds U+0000, and Postgres would not take it. */
export async function findJob(
  database: Database,
  options: { id: string; source: string | undefined; withRaw: boolean },
): Promise<JobRow> {
  const job = options.id.includes('\0') ? undefined : await selectJob(database, options);
  if (job) return job;
  throw new RefusalError(notFound('The copy holds no job of this id. A job that MPS has just made may take a minute.'));
}
