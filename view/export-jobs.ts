import type { Database } from '#db/client.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { type JobLine, selectJobLines } from '#db/select-job-lines.ts';
import { type JobPage, type JobPosition, toPosition } from '#db/select-jobs.ts';
import { toCsvHeading, toCsvText, toJsonText } from '#view/job-line.ts';

/** Jobs read at a time; fewer where jobs are large. More gain nothing and cost memory. */
export const exportPageSize = 2_000;

export interface ExportOptions {
  readonly filter: JobFilter;
  readonly after: JobPosition | undefined;
  readonly format: 'ndjson' | 'csv';
  readonly withRaw: boolean;
  /** The most jobs; all unless given. */
  readonly limit: number | undefined;
  /** Makes the cursor that a line carries; lines carry none unless given. */
  readonly toCursor: ((position: JobPosition) => string) | undefined;
}

/** The line of names above a CSV; where an export goes on it is left out, so that parts can be joined. */
export function toHeading({ format, after, withRaw, toCursor }: ExportOptions): string {
  if (format !== 'csv' || after !== undefined) return '';
  return `${toCsvHeading([...(withRaw ? ['raw'] : []), ...(toCursor ? ['cursor'] : [])])}\r\n`;
}

/**
 * The pages of an export, each a statement of its own: no transaction stays open, however slow the reader. The next page
 * is read while this one is sent. A job that changes meanwhile appears once, as old or as new.
 */
export async function* readExport(database: Database, options: ExportOptions): AsyncGenerator<JobPage<JobLine>> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  const read = (after: JobPosition | undefined) =>
    selectJobLines(database, { ...options, after, limit: Math.min(exportPageSize, left) });
  let page: JobPage<JobLine> | undefined = await read(options.after);
  while (page) {
    left -= page.rows.length;
    const next: Promise<JobPage<JobLine>> | undefined = page.next && left > 0 ? read(page.next) : undefined;
    // Whoever stops reading in between never asks what became of it.
    next?.catch(() => {});
    // Without a break it would be sent only when all of this page has been written, and Postgres would wait for that.
    await new Promise((resolve) => setImmediate(resolve));
    yield page;
    page = await next;
  }
}

/** A line as it is sent, with its end, and its cursor where they are asked for. */
export function toLineText(job: JobLine, { format, toCursor }: ExportOptions): string {
  const cursor = toCursor?.(toPosition(job));
  return format === 'csv' ? `${toCsvText(job, cursor)}\r\n` : `${toJsonText(job, cursor)}\n`;
}
