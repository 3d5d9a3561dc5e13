import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Counts that differ between the rollups and the jobs themselves: none, whatever was written. */
export const selectCountDifferences = (database: Database): Promise<object[]> =>
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
