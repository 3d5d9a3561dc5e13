import type { Database } from '#db/client.ts';
import { type JobPage, type JobPosition, type JobRow, type PageOptions, selectJobs } from '#db/select-jobs.ts';

/** Some tenths of a second: a person would rather wait than click. */
const maxLooks = 10;

/** A page of jobs for a person, who wants it full: looks further back while there are too few, though not for ever. */
export async function searchJobs(database: Database, options: PageOptions): Promise<JobPage<JobRow>> {
  const rows: JobRow[] = [];
  let after: JobPosition | undefined = options.after;
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const page = await selectJobs(database, { ...options, after, limit: options.limit - rows.length, withRaw: false });
    rows.push(...page.rows);
    after = page.next;
    if (after === undefined || rows.length === options.limit) break;
  }
  return { rows, next: after };
}
