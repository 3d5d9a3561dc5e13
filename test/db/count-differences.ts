import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Sums kept by the database that differ from what they are sums of: none, whatever was written. */
export const selectCountDifferences = async (database: Database): Promise<object[]> => [
  ...(await selectJobDifferences(database)),
  ...(await selectTimeDifferences(database)),
];

/** Between the counts and the jobs themselves. */
const selectJobDifferences = (database: Database): Promise<object[]> =>
  database.query(sql`
    with counted as (
      select date_trunc('hour', creation_time at time zone 'UTC') at time zone 'UTC' as hour, source,
        left(coalesce(pipeline_id, ''), 128) as pipeline_id, left(coalesce(state, ''), 128) as state,
        left(coalesce(code, ''), 128) as code, count(*) as jobs
      from mps.job group by 1, 2, 3, 4, 5
    ),
    kept as (select hour, source, pipeline_id, state, code, jobs from mps.job_hourly where jobs <> 0),
    daily as (
      select date_trunc('day', hour at time zone 'UTC') at time zone 'UTC', source, pipeline_id, state, code, sum(jobs)
      from counted group by 1, 2, 3, 4, 5
    ),
    kept_daily as (select day, source, pipeline_id, state, code, jobs from mps.job_daily where jobs <> 0)
    (table counted except table kept) union all (table kept except table counted)
    union all (table daily except table kept_daily) union all (table kept_daily except table daily)`);

/**
 * Between the durations and the changes of state they were observed in. The history does not tell in which pipeline a job was
 * when it changed, so pipelines are taken together.
 */
const selectTimeDifferences = (database: Database): Promise<object[]> =>
  database.query(sql`
    with change as (
      select source, job_id, job_creation_time as created, from_state as was, to_state as is,
        previous_observed_at as not_before, observed_at as seen,
        to_state in ('Success', 'Fail') as is_end, to_state in ('Snapshoting', 'Success', 'Fail') as is_start,
        observed_at = min(observed_at) over job as is_first,
        min(observed_at) over job between job_creation_time and job_creation_time + interval '1 hour' as is_measured,
        min(observed_at) filter (where to_state = 'Snapshoting') over job as start_seen,
        min(coalesce(previous_observed_at, job_creation_time)) filter (where to_state = 'Snapshoting') over job as start_not_before
      from mps.job_transition
      window job as (partition by source, job_id, job_creation_time)
    ),
    observed as (
      select source, created, 'waiting' as phase, case when not is_first then not_before - created - interval '1 s' end as least,
        seen - created as most
      from change where is_measured and is_start and (is_first or was = 'Submitted')
      union all
      select source, created, 'processing', case when was = 'Snapshoting' then not_before - start_seen end,
        seen - case when is_first then created when was = 'Submitted' then not_before else start_not_before end
      from change where is_measured and is_end and (is_first or was in ('Submitted', 'Snapshoting'))
    ),
    counted as (
      select date_trunc('hour', created at time zone 'UTC') at time zone 'UTC' as hour, source, phase, count(*) as jobs,
        sum(greatest(0, round(extract(epoch from least) * 1000))) as least, sum(round(extract(epoch from most) * 1000)) as most
      from observed group by 1, 2, 3
    ),
    kept as (
      select hour, source, phase, sum(jobs), sum(least), sum(most)
      from (
        select hour, source, phase.* from mps.job_time_hourly cross join lateral (values
          ('waiting', waiting_jobs, waiting_at_least_ms, waiting_at_most_ms),
          ('processing', processing_jobs, processing_at_least_ms, processing_at_most_ms)) as phase (phase, jobs, least, most)
        union all
        select hour, source, phase, jobs, at_least_ms, at_most_ms from mps.job_duration_hourly
      ) as sums
      where jobs <> 0 group by 1, 2, 3
    )
    (table counted except table kept) union all (table kept except table counted)`);
