import { type ExactNumber, parseExactJson } from '#core/exact-json.ts';
import { type JobLine, jobColumns } from '#db/select-job-lines.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

/** A job as the API gives it, in JSON; with its cursor where there is one. */
export function toJsonText(job: JobLine, cursor?: string): string {
  const missing = job.missing_since === null ? 'null' : `"${toRfc3339(job.missing_since)}"`;
  const raw = job.raw === undefined ? '' : `,"raw":${job.raw}`;
  const own = cursor === undefined ? '' : `,"cursor":"${cursor}"`;
  return `{"source":${JSON.stringify(job.source)},"id":${JSON.stringify(job.id)},"creation_time":"${toRfc3339(
    job.creation_time,
  )}",${job.fields.slice(1, -1)},"first_seen_at":"${toRfc3339(job.first_seen_at)}","changed_at":"${toRfc3339(
    job.changed_at,
  )}","missing_since":${missing}${raw}${own}}`;
}

/** The line of names above a CSV. */
export const toCsvHeading = (more: readonly string[]): string => [...jobColumns, ...more].join(',');

/** A job as a line of CSV (RFC 4180), without its end: every text in quotes; with its cursor where there is one. */
export function toCsvText(job: JobLine, cursor?: string): string {
  const fields = Object.values(parseExactJson(job.fields) as Record<string, string | number | ExactNumber | null>);
  return [
    ...[toQuoted(job.source), toQuoted(job.id), toRfc3339(job.creation_time)],
    ...fields.map((value) => (typeof value === 'string' ? toQuoted(value) : value)),
    ...[toRfc3339(job.first_seen_at), toRfc3339(job.changed_at), toRfc3339(job.missing_since)],
    ...(job.raw === undefined ? [] : [toQuoted(job.raw)]),
    ...(cursor === undefined ? [] : [cursor]),
  ].join(',');
}

const formula = /^[=+\-@＝＋－＠\t\r\n]/;

/**
 * A text that a spreadsheet would take for a formula (`= + - @`, also in full width, tab or a line end at its start) gets an
 * apostrophe before it, as OWASP advises. https://owasp.org/www-community/attacks/CSV_Injection
 */
const toQuoted = (text: string): string => `"${formula.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
