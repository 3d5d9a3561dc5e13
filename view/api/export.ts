import type { JobPosition } from '#db/select-jobs.ts';
import { defineRoute } from '#view/api/route.ts';
import { toCarrier } from '#view/context.ts';
import { toListName, toPayload } from '#view/cursor.ts';
import { bufferExport, streamExport } from '#view/export-answer.ts';
import type { ExportOptions } from '#view/export-jobs.ts';
import { filterParameters, toFilter } from '#view/job-parameters.ts';
import { aCursor, aLimit, oneOfThese, someOf } from '#view/parameters.ts';

const path = '/v1/export';

/** Fewer jobs than this are sent at once, with the cursor that follows them among the headers. */
const bufferedLimit = 10_000;

/** What one answer may hold where nothing bounds it, in bytes, when it is put together before it is sent. */
const defaultAnswerBytes = 64 * 1024 * 1024;

export const exportRoutes = [
  defineRoute({
    path,
    operationId: 'exportJobs',
    tag: 'Jobs',
    summary: 'Jobs in bulk, as NDJSON or CSV',
    description: [
      'A server that can streams every job that passes the filters, newest first, in constant memory.',
      `Function Compute and Lambda cannot stream: there, and with a \`limit\` up to ${bufferedLimit}, the answer ends before it`,
      'grows too large, and the headers `Next-Cursor` and `Link` (`rel="next"`) say where the next part begins. With',
      '`include=cursor` every line says from where to go on behind it, should the connection break.',
    ].join(' '),
    query: {
      ...filterParameters,
      format: oneOfThese(['ndjson', 'csv'], 'Default `ndjson`.'),
      include: someOf(['raw', 'cursor'], "Add `raw`, the record as MPS sent it, and `cursor`, each line's own place."),
      limit: aLimit(10_000_000, 'Jobs in one answer. Default: all.'),
      cursor: {
        ...aCursor,
        description: 'Where to go on: `Next-Cursor`, or the `cursor` of a line, for the same filters.',
      },
    },
    answer: { types: ['application/x-ndjson', 'text/csv'], description: 'A job a line.' },
    async handle({ values, query, request, view: { database, cursors } }) {
      const name = toListName(path, query);
      const toCursor = (position: JobPosition) => cursors.write(name, toPayload(position));
      const options: ExportOptions = {
        filter: toFilter(values),
        after: cursors.readPosition(name, values.cursor),
        format: values.format ?? 'ndjson',
        withRaw: values.include?.includes('raw') ?? false,
        limit: values.limit,
        toCursor: values.include?.includes('cursor') ? toCursor : undefined,
      };
      const { answerBytes } = toCarrier(request);
      const isBuffered = answerBytes !== undefined || (values.limit ?? Number.POSITIVE_INFINITY) <= bufferedLimit;
      if (!isBuffered) return streamExport(database, options);
      const toNext = (position: JobPosition) => describeNext(query, toCursor(position));
      return bufferExport(database, options, answerBytes ?? defaultAnswerBytes, toNext);
    },
  }),
];

/** Where the next part is, for programs that follow links (RFC 8288) and for those that do not. */
function describeNext(query: URLSearchParams, cursor: string): Record<string, string> {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return { 'Next-Cursor': cursor, Link: `<${path}?${next}>; rel="next"` };
}
