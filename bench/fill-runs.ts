import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** What the triggers would have kept of the durations of jobs that were filled in without them. */
export const fillDurations = (database: Database) =>
  database.query(sql`
    insert into mps.job_time_hourly (hour, source, pipeline_id, waiting_jobs, waiting_at_most_ms, processing_jobs, processing_at_most_ms)
    select mps.to_hour(creation_time), source, mps.to_key(pipeline_id), count(*), sum(mps.to_ms(changed_at - creation_time)),
      count(*), sum(mps.to_ms(changed_at - creation_time))
    from mps.job
    where state in ('Success', 'Fail')
    group by 1, 2, 3`);

/**
 * What a sync leaves that has run every minute since the first job: a run a minute for each source, one in a hundred of
 * them partial, and coverage with two gaps in its history.
 */
export async function fillRuns(database: Database): Promise<void> {
  await database.query(sql`
    insert into mps.coverage (source, since, covered)
    select source, min(day), tstzmultirange(tstzrange(min(day), max(day) + interval '1 day'))
      - tstzmultirange(tstzrange(min(day), min(day) + interval '1 hour'), tstzrange(max(day) - interval '1 day', max(day) - interval '23 hours'))
    from mps.job_daily group by source`);
  await database.query(sql`
    insert into mps.sync_run (source, fence, started_at, heartbeat_at, finished_at, outcome, error_code, window_from, window_to,
      calls, pages, read, inserted, updated, unchanged, transitions)
    select source, 1, at, at + interval '3 s', at + interval '4 s', case when n % 100 = 0 then 'partial' else 'completed' end,
      case when n % 100 = 0 then 'deadline' end, since, at, 5, 3, 700, 20, 20, 660, 40
    from mps.coverage
    cross join lateral generate_series(since, upper(covered), interval '1 minute') with ordinality as run (at, n)
    order by at`);
  await database.query(sql`analyze mps.sync_run, mps.coverage, mps.job_time_hourly`);
}

/** What the triggers would have left in the outbox of alerts, all of it told of; and jobs set aside, by records as long as any. */
export async function fillEvents(database: Database): Promise<void> {
  await database.query(sql`
    insert into mps.alert_event (source, job_id, job_creation_time, pipeline_id, code, message, input_object, first_sighting, observed_at,
      group_id, notification)
    select source, id, creation_time, pipeline_id, code, message, input_object, false, changed_at, dense_rank() over (order by source, pipeline_id, code), 1
    from mps.job
    where state = 'Fail'`);
  await database.query(sql`
    insert into mps.rejected_record (source, run_id, original, reason)
    select source, 1, raw::text, 'CreationTime is no moment' from mps.job limit 10000`);
  await database.query(sql`vacuum analyze mps.alert_event, mps.rejected_record`);
}
