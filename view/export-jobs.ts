import type { Database } from '#db/client.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { type ExportFormat, type ExportLine, exportColumns, selectExportLines } from '#db/select-export.ts';
import type { JobPage, JobPosition } from '#db/select-jobs.ts';

/** Jobs read at a time. More gain nothing and cost memory. */
export const exportPageSize = 2_000;

export interface ExportOptions {
  readonly filter: JobFilter;
  readonly after: JobPosition | undefined;
  readonly format: ExportFormat;
  readonly withRaw: boolean;
  /** The most jobs; all unless given. */
  readonly limit: number | undefined;
  /** Makes the cursor that a line carries; lines carry none unless given. */
  readonly toCursor: ((position: JobPosition) => string) | undefined;
}

/** The line of names above a CSV; where an export goes on it is left out, so that parts can be joined. */
export function toHeading({ format, after, withRaw, toCursor }: ExportOptions): string {
  if (format !== 'csv' || after !== undefined) return '';
  return `${[...exportColumns, ...(withRaw ? ['raw'] : []), ...(toCursor ? ['cursor'] : [])].join(',')}\r\n`;
}

/**
 * The pages of an export, each a statement of its own: no transaction stays open, however slow the reader. The next page
 * is read while this one is sent. A job that changes meanwhile appears once, as old or as new.
 */
export async function* readExport(database: Database, options: ExportOptions): AsyncGenerator<JobPage<ExportLine>> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  const read = (after: JobPosition | undefined) =>
    selectExportLines(database, { ...options, after, limit: Math.min(exportPageSize, left) });
  let page: JobPage<ExportLine> | undefined = await read(options.after);
  while (page) {
    left -= page.rows.length;
    const next: Promise<JobPage<ExportLine>> | undefined = page.next && left > 0 ? read(page.next) : undefined;
    // Whoever stops reading in between never asks what became of it.
    next?.catch(() => {});
    yield page;
    page = await next;
  }
}

/** A line as it is sent, with its end, and its cursor where they are asked for. */
export function toLineText({ line, position }: ExportLine, { format, toCursor }: ExportOptions): string {
  const cursor = toCursor?.(position);
  if (format === 'csv') return `${line}${cursor === undefined ? '' : `,${cursor}`}\r\n`;
  return cursor === undefined ? `${line}\n` : `${line.slice(0, -1)},"cursor":"${cursor}"}\n`;
}
