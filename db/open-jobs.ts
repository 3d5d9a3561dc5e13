import { sql } from 'drizzle-orm';
import type { OpenJob } from '#core/open-jobs.ts';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';

/**
 * Whether a row of `mps.job` is of an open job, in the words of the index that has only these (`job_open_idx`): neither `Success` nor
 * `Fail`, said so that the planner's statistics tell how many that are (docs/decisions/0086-stuck-jobs-in-a-plain-view.md).
 */
export const isOpenJob = sql`(job.state is null or job.state < 'Fail' or (job.state > 'Fail' and job.state < 'Success')
  or job.state > 'Success')`;

/**
 * Open jobs created before a moment (epoch seconds), newest first: those that no listing of the lookback sees. A job
 * that MPS did not know counts for another week, because an answer may have been wrong.
 */
export async function selectOpenJobs(
  database: Database,
  options: { source: string; createdBefore: number; limit: number },
): Promise<OpenJob[]> {
  return database.query<OpenJob>(sql`
    select id, extract(epoch from creation_time)::float8 as "creationTime", state
    from mps.job
    where source = ${options.source}::text and ${isOpenJob}
      and creation_time < ${toMoment(options.createdBefore)}
      and (missing_since is null or missing_since > now() - interval '7 days')
    order by creation_time desc
    limit ${options.limit}`);
}
