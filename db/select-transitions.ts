import { and, eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toEpoch, toMoment } from '#db/moment.ts';
import { jobTransition } from '#db/schema.ts';
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
  const { jobId, source, jobCreationTime, observedAt } = jobTransition;
  return database.queryTyped((drizzle) =>
    drizzle
      .select({
        from_state: jobTransition.fromState,
        to_state: jobTransition.toState,
        previous_observed_at: toEpoch(jobTransition.previousObservedAt),
        observed_at: toEpoch(observedAt),
        run_id: jobTransition.runId,
      })
      .from(jobTransition)
      .where(and(eq(jobId, job.id), eq(source, job.source), eq(jobCreationTime, toMoment(job.creationTime))))
      .orderBy(observedAt),
  );
}
