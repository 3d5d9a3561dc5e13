import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobPage, type JobPosition, type PageOptions, selectPage } from '#db/select-jobs.ts';

/** The columns of an export, in order: those of `report.job` but `raw`. */
export const exportColumns = [
  ...['source', 'id', 'creation_time', 'state', 'pipeline_id', 'code', 'message', 'user_data', 'count', 'tile_count'],
  ...['input_bucket', 'input_location', 'input_object', 'output_bucket', 'output_location', 'output_object'],
  ...['tile_output_object', 'mns_message_id', 'mns_error_code', 'mns_error_message', 'first_seen_at', 'changed_at'],
  'missing_since',
] as const;

export type ExportFormat = 'ndjson' | 'csv';

/** A job as one line of text, without its line end, and its place. */
export interface ExportLine {
  readonly line: string;
  readonly position: JobPosition;
}

const moments = ['creation_time', 'first_seen_at', 'changed_at', 'missing_since'];
const numbers = ['count', 'tile_count'];

/**
 * One page of an export, in the order of the list of jobs. Postgres writes the lines: parsing 24 columns a row here
 * and writing them again took four times as long.
 */
export async function selectExportLines(
  database: Database,
  options: PageOptions & { format: ExportFormat; withRaw: boolean },
): Promise<JobPage<ExportLine>> {
  const line = options.format === 'csv' ? toCsvLine(options.withRaw) : toJsonLine(options.withRaw);
  const { rows, next } = await selectPage<LineRow>(database, {
    ...options,
    columns: sql`${line} as line, extract(epoch from job.creation_time)::float8 as t, job.id as i, job.source as s`,
    toPosition,
  });
  return { rows: rows.map((row) => ({ line: row.line, position: toPosition(row) })), next };
}

interface LineRow {
  readonly line: string;
  readonly t: number;
  readonly i: string;
  readonly s: string;
}

const toPosition = ({ t, i, s }: LineRow): JobPosition => ({ creationTime: t, id: i, source: s });

const column = (name: string): SQL => sql`job.${sql.identifier(name)}`;

/**
 * RFC 3339 in UTC to the nearest millisecond, as everywhere in the API. `to_char` takes half of all the time of an export. JSON has
 * the form whatever the session's `datestyle`, but leaves zeros out at the end: a microsecond more keeps them, and is cut off.
 */
const toMomentText = (name: string): SQL => sql`substr(to_json((date_trunc('milliseconds', ${column(name)}
  + interval '500 microseconds') + interval '1 microsecond') at time zone 'UTC')::text, 2, 23) || 'Z'`;

function toJsonLine(withRaw: boolean): SQL {
  const names: readonly string[] = withRaw ? [...exportColumns, 'raw'] : exportColumns;
  const fields = names.map(
    (name) => sql`${moments.includes(name) ? toMomentText(name) : column(name)} as ${sql.identifier(name)}`,
  );
  return sql`(select row_to_json(fields)::text from (select ${sql.join(fields, sql`, `)}) as fields)`;
}

/**
 * RFC 4180: every text in quotes. A text that a spreadsheet would take for a formula (`= + - @`, also in full width, tab or a
 * line end at its start) gets an apostrophe before it, as OWASP advises.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function toCsvLine(withRaw: boolean): SQL {
  const fields = exportColumns.map((name) => {
    if (moments.includes(name)) return sql`coalesce(${toMomentText(name)}, '')`;
    if (numbers.includes(name)) return sql`coalesce(${column(name)}::text, '')`;
    return toCsvText(column(name));
  });
  return sql.join([...fields, ...(withRaw ? [toCsvText(sql`job.raw::text`)] : [])], sql` || ',' || `);
}

const toCsvText = (text: SQL): SQL => sql`coalesce(
  '"' || case when left(${text}, 1) in ('=', '+', '-', '@', '＝', '＋', '－', '＠', E'\\t', E'\\r', E'\\n') then '''' else '' end || replace(${text}, '"', '""') || '"', '')`;
