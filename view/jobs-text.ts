import type { JobLine } from '#db/select-job-lines.ts';
import { type JobPage, type JobPosition, toPosition } from '#db/select-jobs.ts';
import { toJsonText } from '#view/job-line.ts';

/** The jobs of a page as the elements of a JSON array, as many as fit into an answer: one at least. */
export function toJobsText(page: JobPage<JobLine>, maxBytes: number): { jobs: string; next: JobPosition | undefined } {
  const texts: string[] = [];
  let bytes = 0;
  let last: JobPosition | undefined;
  for (const row of page.rows) {
    const text = toJsonText(row);
    bytes += Buffer.byteLength(text) + 1;
    if (last && bytes > maxBytes) return { jobs: texts.join(','), next: last };
    texts.push(text);
    last = toPosition(row);
  }
  return { jobs: texts.join(','), next: page.next };
}
