import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobFilter, toConditions } from '#db/job-filter.ts';

/** A job by the columns of `report.job`, `raw` apart. Moments are epoch seconds, with their fraction. */
export interface JobRow {
  readonly source: string;
  readonly id: string;
  readonly creation_time: number;
  readonly state: string | null;
  readonly pipeline_id: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly user_data: string | null;
  readonly count: number | null;
  readonly tile_count: number | null;
  readonly input_bucket: string | null;
  readonly input_location: string | null;
  readonly input_object: string | null;
  readonly output_bucket: string | null;
  readonly output_location: string | null;
  readonly output_object: string | null;
  readonly tile_output_object: string | null;
  readonly mns_message_id: string | null;
  readonly mns_error_code: string | null;
  readonly mns_error_message: string | null;
  readonly first_seen_at: number;
  readonly changed_at: number;
  readonly missing_since: number | null;
  /** Only where it was asked for. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** The place of a job in the order of {@link selectJobs}: its whole sort key, so that ties are no trouble. */
export interface JobPosition {
  /** Epoch seconds. Exact to the microsecond until 2242, and to the second, which is all MPS has, for ever. */
  readonly creationTime: number;
  readonly id: string;
  readonly source: string;
}

export const toPosition = (row: JobRow): JobPosition => ({
  creationTime: row.creation_time,
  id: row.id,
  source: row.source,
});

/**
 * Jobs newest first (then by id downwards, then by source), from behind `after` on. A page is found by its key, not
 * by counting: jobs that arrive meanwhile neither repeat nor hide any.
 */
export async function selectJobs(
  database: Database,
  options: { filter: JobFilter; after?: JobPosition | undefined; limit: number; withRaw: boolean },
): Promise<JobRow[]> {
  const conditions = [...toConditions(options.filter), ...(options.after ? [toBehind(options.after)] : [])];
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  return database.query<JobRow>(sql`
    select ${toColumns(options.withRaw)} from report.job ${where}
    order by job.creation_time desc, job.id desc, job.source
    limit ${options.limit}::int`);
}

/** One job by its id. Where several sources have the id and none is named, the first by name. */
export async function selectJob(
  database: Database,
  options: { id: string; source?: string | undefined; withRaw: boolean },
): Promise<JobRow | undefined> {
  const ofSource = options.source === undefined ? sql`` : sql`and job.source = ${options.source}::text`;
  const rows = await database.query<JobRow>(sql`
    select ${toColumns(options.withRaw)} from report.job
    where job.id = ${options.id}::text ${ofSource}
    order by job.source, job.creation_time desc
    limit 1`);
  return rows[0];
}

function toColumns(withRaw: boolean): SQL {
  return sql`
    job.source, job.id, extract(epoch from job.creation_time)::float8 as creation_time,
    state, pipeline_id, code, message, user_data, count::float8 as count, tile_count::float8 as tile_count,
    input_bucket, input_location, input_object, output_bucket, output_location, output_object, tile_output_object,
    mns_message_id, mns_error_code, mns_error_message, extract(epoch from first_seen_at)::float8 as first_seen_at,
    extract(epoch from changed_at)::float8 as changed_at, extract(epoch from missing_since)::float8 as missing_since
    ${withRaw ? sql`, raw` : sql``}`;
}

/**
 * Behind a position. The first line says nothing new, but it is the one that prunes partitions; the second is what
 * the index can use; the third settles jobs of one id in several sources.
 */
export function toBehind({ creationTime, id, source }: JobPosition): SQL {
  const at = sql`to_timestamp(${creationTime}::float8)`;
  return sql`job.creation_time <= ${at}
    and (job.creation_time, job.id) <= (${at}, ${id}::text)
    and ((job.creation_time, job.id) < (${at}, ${id}::text) or job.source > ${source}::text)`;
}
