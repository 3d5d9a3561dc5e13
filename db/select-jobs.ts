import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toJobConditions, toWhere } from '#db/job-conditions.ts';
import { isByFacet, toKeysByFacet } from '#db/jobs-by-facet.ts';

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

/** What jobs must have to be selected: one of each list, and every condition given. Moments in epoch seconds. */
export interface JobFilter {
  readonly states?: readonly string[] | undefined;
  readonly pipelines?: readonly string[] | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Inclusive. */
  readonly createdFrom?: number | undefined;
  /** Exclusive. */
  readonly createdTo?: number | undefined;
  /** When anything of the job was last seen changed. Inclusive. */
  readonly changedFrom?: number | undefined;
  /** Exclusive. */
  readonly changedTo?: number | undefined;
  /** Whole texts, not parts of them. */
  readonly userData?: readonly string[] | undefined;
  readonly inputObjects?: readonly string[] | undefined;
  readonly outputObjects?: readonly string[] | undefined;
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

/** A list to be selected: what, from where on, and how much of it. */
export interface JobSelection {
  readonly filter: JobFilter;
  readonly after?: JobPosition | undefined;
  readonly limit: number;
  readonly withRaw: boolean;
}

/**
 * Jobs newest first (then by id downwards, then by source), from behind `after` on. A page is found by its key, not
 * by counting: jobs that arrive meanwhile neither repeat nor hide any.
 */
export async function selectJobs(database: Database, selection: JobSelection): Promise<JobRow[]> {
  return database.query<JobRow>(isByFacet(selection.filter) ? toFacetStatement(selection) : toStatement(selection));
}

/** The straight way: Postgres picks the index that narrows most, or walks back in time. */
const toStatement = ({ filter, after, limit, withRaw }: JobSelection): SQL => sql`
  select ${toColumns(withRaw)} from report.job
  where ${toWhere(toJobConditions(filter, after))}
  order by job.creation_time desc, job.id desc, job.source
  limit ${limit}::int`;

/** The keys first, then their rows, each looked up by its key. */
const toFacetStatement = (selection: JobSelection): SQL => sql`
  with ${toKeysByFacet(selection)}
  select ${toColumns(selection.withRaw)}
  from key cross join lateral (
    select * from report.job
    where job.id = key.id and job.source = key.source and job.creation_time = key.creation_time
    limit 1
  ) as job
  order by job.creation_time desc, job.id desc, job.source`;

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
