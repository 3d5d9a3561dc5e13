import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobFilter, toConditions } from '#db/job-filter.ts';

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

export type FailureFilter = Pick<JobFilter, 'sources' | 'pipelines' | 'codes'> & {
  readonly createdFrom: number;
  readonly createdTo: number;
};

/** Failures grouped, the largest group first. */
export async function selectFailures(
  database: Database,
  { filter, limit }: { filter: FailureFilter; limit: number },
): Promise<FailureRow[]> {
  const { codes: _, ...around } = filter;
  const all = sql.join(toConditions(around), sql` and `);
  const failed = sql.join(toConditions({ ...filter, states: ['Fail'] }), sql` and `);
  return database.query<FailureRow>(sql`
    with groups as (
      select source, pipeline_id, code, count(*) as jobs, min(creation_time) as first, max(creation_time) as last,
        (array_agg(message order by creation_time desc, id desc))[1] as message,
        (array_agg(id order by creation_time desc, id desc))[1] as example_job_id
      from mps.job where ${failed}
      group by source, pipeline_id, code
      order by jobs desc, last desc, source, pipeline_id, code
      limit ${limit}::int
    ),
    totals as (select source, pipeline_id, count(*) as jobs from mps.job where ${all} group by source, pipeline_id)
    select groups.source, groups.pipeline_id, groups.code, groups.jobs::float8 as jobs,
      totals.jobs::float8 as pipeline_jobs, extract(epoch from groups.first)::float8 as first_created_at,
      extract(epoch from groups.last)::float8 as last_created_at, groups.message, groups.example_job_id
    from groups
    join totals on totals.source = groups.source and totals.pipeline_id is not distinct from groups.pipeline_id
    order by groups.jobs desc, groups.last desc, groups.source, groups.pipeline_id, groups.code`);
}
