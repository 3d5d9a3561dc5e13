import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type CountFilter, countJobs } from '#db/job-counts.ts';
import { toMoment } from '#db/moment.ts';

/** The failed jobs of one source, pipeline and code. Moments are epoch seconds of creation time. */
export interface FailureRow {
  readonly source: string;
  readonly pipeline_id: string | null;
  readonly code: string | null;
  readonly jobs: number;
  /** Jobs of that source and pipeline in all, in the same time. */
  readonly pipeline_jobs: number;
  readonly first_created_at: number;
  readonly last_created_at: number;
  /** Message and id of the newest of them. */
  readonly message: string | null;
  readonly example_job_id: string;
}

export type FailureFilter = Omit<CountFilter, 'states'>;

/**
 * Failures grouped, the largest group first. The counts tell how many; each group's first and last job are two looks
 * into the index of what jobs have in common.
 */
export async function selectFailures(
  database: Database,
  { filter, limit }: { filter: FailureFilter; limit: number },
): Promise<FailureRow[]> {
  const { codes: _, ...around } = filter;
  return database.query<FailureRow>(sql`
    with groups as (
      select source, pipeline_id, code, sum(jobs) as jobs
      from (${countJobs({ ...filter, states: ['Fail'] }, 'all')}) as failed
      group by source, pipeline_id, code
      order by jobs desc, max(time) desc, source, pipeline_id, code
      limit ${limit}::int
    ),
    totals as (
      select source, pipeline_id, sum(jobs) as jobs from (${countJobs(around, 'all')}) as counted group by 1, 2
    )
    select groups.source, nullif(groups.pipeline_id, '') as pipeline_id, nullif(groups.code, '') as code,
      groups.jobs::float8 as jobs, totals.jobs::float8 as pipeline_jobs,
      extract(epoch from first.creation_time)::float8 as first_created_at,
      extract(epoch from last.creation_time)::float8 as last_created_at, last.message, last.id as example_job_id
    from groups
    join totals using (source, pipeline_id)
    cross join lateral (${selectEnd(filter, sql`asc`)}) as first
    cross join lateral (${selectEnd(filter, sql`desc`)}) as last
    order by groups.jobs desc, last.creation_time desc, groups.source, groups.pipeline_id, groups.code`);
}

/** The first or the last job of a group. The number that is looked up is that of the index; the rest tells collisions apart. */
const selectEnd = ({ createdFrom, createdTo }: FailureFilter, direction: SQL): SQL => sql`
  select creation_time, id, message from mps.job
  where mps.to_facet(source, pipeline_id, state, code)
      = mps.to_facet(groups.source, groups.pipeline_id, 'Fail', groups.code)
    and creation_time >= ${toMoment(createdFrom)} and creation_time < ${toMoment(createdTo)}
    and state = 'Fail' and job.source = groups.source
    and mps.to_key(job.pipeline_id) = groups.pipeline_id and mps.to_key(job.code) = groups.code
  order by creation_time ${direction}, id ${direction}
  limit 1`;
