import { type SQL, sql } from 'drizzle-orm';
import { toCombinationConditions, toJobConditions, toWhere } from '#db/job-conditions.ts';
import type { JobFilter, JobSelection } from '#db/select-jobs.ts';

/** Whether a filter is best followed by the combinations of what jobs have in common: unless it names rarer things. */
export const isByFacet = (filter: JobFilter): boolean =>
  [filter.states, filter.pipelines, filter.codes, filter.sources].some((values) => values !== undefined) &&
  [filter.ids, filter.userData, filter.inputObjects, filter.outputObjects, filter.changedFrom, filter.changedTo].every(
    (value) => value === undefined,
  );

/**
 * State, pipeline, code and source are each common and may be rare, or impossible, together: a walk through time that
 * looks for them could be a walk through all jobs. So the combinations that there are, known from the daily counts
 * (found by hopping from one to the next), are followed each in its own index order, and the newest of all taken.
 */
export const toKeysByFacet = ({ filter, after, limit }: JobSelection): SQL => sql`
  recursive facet as (
    (select source, pipeline_id, state, code from mps.job_daily order by source, pipeline_id, state, code limit 1)
    union all
    select next.* from facet cross join lateral (
      select daily.source, daily.pipeline_id, daily.state, daily.code from mps.job_daily as daily
      where (daily.source, daily.pipeline_id, daily.state, daily.code)
        > (facet.source, facet.pipeline_id, facet.state, facet.code)
      order by daily.source, daily.pipeline_id, daily.state, daily.code limit 1
    ) as next
  ),
  key as materialized (
    select found.* from facet cross join lateral (
      select job.source, job.id, job.creation_time from mps.job
      where mps.to_facet(job.source, job.pipeline_id, job.state, job.code)
          = mps.to_facet(facet.source, facet.pipeline_id, facet.state, facet.code)
        and ${toWhere(toJobConditions(filter, after))}
      order by job.creation_time desc, job.id desc
      limit ${limit}::int
    ) as found
    where ${toWhere(toCombinationConditions(filter))}
    order by found.creation_time desc, found.id desc, found.source
    limit ${limit}::int
  )`;
