import type { Database } from '#db/client.ts';
import type { JobPosition } from '#db/select-jobs.ts';
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
      if (page.done) return controller.close();
      const text = page.value.map((line) => toLineText(line, options)).join('');
      controller.enqueue(encoder.encode(text));
      page = await pages.next();
    },
    cancel: async () => {
      await pages.return(undefined);
    },
  });
  return new Response(body, { headers: toHeaders(options) });
}

/**
 * As much of an export as fits into an answer, one job at least, with headers that say where it goes on if it does.
 * They may name a part that turns out to be empty, when the limit fell on the last job.
 */
export async function bufferExport(
  database: Database,
  options: ExportOptions,
  maxBytes: number,
  toNext: (position: JobPosition) => Record<string, string>,
): Promise<Response> {
  const parts = [toHeading(options)];
  let [bytes, count] = [0, 0];
  let [last, isCut]: [JobPosition | undefined, boolean] = [undefined, false];
  for await (const page of readExport(database, options)) {
    for (const line of page) {
      const text = toLineText(line, options);
      bytes += Buffer.byteLength(text);
      isCut = count > 0 && bytes > maxBytes;
      if (isCut) break;
      parts.push(text);
      last = line.position;
      count += 1;
    }
    if (isCut) break;
  }
  const goesOn = last !== undefined && (isCut || count === options.limit);
  return new Response(parts.join(''), { headers: { ...toHeaders(options), ...(goesOn && last ? toNext(last) : {}) } });
}
