import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobPage, type PageOptions, selectPage } from '#db/select-jobs.ts';

/** The columns of a job that Postgres writes, in order. */
const written = [
  ...['state', 'pipeline_id', 'code', 'message', 'user_data', 'count', 'tile_count'],
  ...['input_bucket', 'input_location', 'input_object', 'output_bucket', 'output_location', 'output_object'],
  ...['tile_output_object', 'mns_message_id', 'mns_error_code', 'mns_error_message'],
];

/** The columns of `report.job` in order, `raw` apart. */
export const jobColumns = [
  ...['source', 'id', 'creation_time'],
  ...written,
  ...['first_seen_at', 'changed_at', 'missing_since'],
] as const;

/** A job of a page of many: text already, as far as it is all the same to whom it is written. Moments are epoch seconds. */
export interface JobLine {
  readonly source: string;
  readonly id: string;
  readonly creation_time: number;
  /** A JSON object of the columns between `creation_time` and `first_seen_at`. */
  readonly fields: string;
  readonly first_seen_at: number;
  readonly changed_at: number;
  readonly missing_since: number | null;
  /** JSON. Only where it was asked for. */
  readonly raw?: string;
}

const fields = sql.join(
  written.map((name) => sql`job.${sql.identifier(name)}`),
  sql`, `,
);

/**
 * A page of jobs to be written as text, in the order of the list of jobs. Postgres writes most of each: parsing 23 columns here and
 * writing them again took longer. Moments it does not write, because it takes twice as long for them as for all the rest.
 */
export const selectJobLines = (
  database: Database,
  options: PageOptions & { withRaw: boolean },
): Promise<JobPage<JobLine>> =>
  selectPage<JobLine>(database, {
    ...options,
    columns: sql`
      job.source, job.id, date_part('epoch', job.creation_time) as creation_time,
      (select row_to_json(fields) from (select ${fields}) as fields)::text as fields,
      date_part('epoch', job.first_seen_at) as first_seen_at, date_part('epoch', job.changed_at) as changed_at,
      date_part('epoch', job.missing_since) as missing_since ${options.withRaw ? sql`, job.raw::text as raw` : sql``}`,
  });
