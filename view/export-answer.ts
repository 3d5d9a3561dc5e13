import type { Database } from '#db/client.ts';
import { type JobPosition, toPosition } from '#db/select-jobs.ts';
import { type ExportOptions, readExport, toHeading, toLineText } from '#view/export-jobs.ts';

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const;

const toHeaders = ({ format }: ExportOptions) => ({
  'Content-Type': types[format],
  'Content-Disposition': `attachment; filename="jobs.${format}"`,
});

/**
 * An export as a stream: a page is read when the reader has taken the one before. The first page is read before the
 * answer begins, so that a database that is away is a proper answer; trouble later on cuts the connection, which
 * tells the reader that the export is not whole.
 */
export async function streamExport(database: Database, options: ExportOptions): Promise<Response> {
  const pages = readExport(database, options);
  let page = await pages.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const heading = toHeading(options);
      if (heading !== '') controller.enqueue(encoder.encode(heading));
    },
    async pull(controller) {
      // Nobody asks again after a pull that brought nothing.
      while (!page.done && page.value.rows.length === 0) page = await pages.next();
      if (page.done) return controller.close();
      const text = page.value.rows.map((line) => toLineText(line, options)).join('');
      controller.enqueue(encoder.encode(text));
      page = await pages.next();
    },
    cancel: async () => {
      await pages.return(undefined);
    },
  });
  return new Response(body, { headers: toHeaders(options) });
}

/** Few of very many jobs may be asked for: the answer ends after so many looks, before whoever waits for it gives up. */
const maxPages = 200;

/**
 * As much of an export as fits into an answer, one job at least where those looked at have one, with headers that say where
 * it goes on if it does.
 */
export async function bufferExport(
  database: Database,
  options: ExportOptions,
  maxBytes: number,
  toNext: (position: JobPosition) => Record<string, string>,
): Promise<Response> {
  const parts = [toHeading(options)];
  const answer = (next: JobPosition | undefined) =>
    new Response(parts.join(''), { headers: { ...toHeaders(options), ...(next ? toNext(next) : {}) } });
  let [bytes, pages] = [0, 0];
  let last: JobPosition | undefined;
  for await (const page of readExport(database, options)) {
    for (const line of page.rows) {
      const text = toLineText(line, options);
      bytes += Buffer.byteLength(text);
      if (last && bytes > maxBytes) return answer(last);
      parts.push(text);
      last = toPosition(line);
    }
    pages += 1;
    if (page.next && (pages === maxPages || isFull(parts, options))) return answer(page.next);
  }
  return answer(undefined);
}

/** The heading is a part too. */
const isFull = (parts: readonly string[], { limit }: ExportOptions): boolean =>
  limit !== undefined && parts.length > limit;
