import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobPosition } from '#db/select-jobs.ts';

/** An observed change of a job's state; `from_state` is NULL at the first sighting. Moments in epoch seconds. */
export interface TransitionRow {
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly previous_observed_at: number | null;
  readonly observed_at: number;
  readonly run_id: number | null;
}

/** The history of one job, oldest first. Its creation time names the one partition that holds it. */
export async function selectTransitions(database: Database, job: JobPosition): Promise<TransitionRow[]> {
  return database.query<TransitionRow>(sql`
    select from_state, to_state, extract(epoch from previous_observed_at)::float8 as previous_observed_at,
      extract(epoch from observed_at)::float8 as observed_at, run_id::float8 as run_id
    from mps.job_transition
    where job_id = ${job.id}::text and source = ${job.source}::text
      and job_creation_time = to_timestamp(${job.creationTime}::float8)
    order by job_transition.observed_at`);
}
