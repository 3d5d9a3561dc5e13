import { sql } from 'drizzle-orm';
import type { RunOutcome } from '#core/run.ts';
import type { Database } from '#db/client.ts';
import { toGapSeconds, toGaps } from '#db/gaps.ts';
import { toMoment } from '#db/moment.ts';
import { isOpenJob } from '#db/open-jobs.ts';

/** How far the copy of one source is. Moments in epoch seconds. */
export interface SourceRow {
  readonly source: string;
  /** NULL before the first run has begun to read. */
  readonly since: number | null;
  /** The newest moment up to which anything was read completely. */
  readonly covered_to: number | null;
  /** From when the lag counts: `covered_to`, and while that is NULL the start of the first run. NULL before that. */
  readonly lags_since: number | null;
  /** When the last run began that read the lookback and looked at all open jobs that were due; at first, the first. */
  readonly looked_at: number | null;
  /** Seconds between `since` and `covered_to` (the present, while that is NULL) that were not read. */
  readonly gap_seconds: number;
  readonly open_jobs: number;
  readonly last_started_at: number | null;
  readonly last_finished_at: number | null;
  /** NULL while the run is under way. */
  readonly last_outcome: RunOutcome | null;
  readonly last_error_code: string | null;
  readonly last_completed_at: number | null;
}

/**
 * The sources that have runs or coverage. Those of the runs are found by hopping through the index, one step a source, because
 * `distinct` would read every run there ever was.
 */
const known = sql`
  with recursive seen as (
    (select source from mps.sync_run order by source limit 1)
    union all
    select (select run.source from mps.sync_run as run where run.source > seen.source order by run.source limit 1)
    from seen where seen.source is not null
  )
  select source from seen where source is not null union select source from mps.coverage`;

/** The newest run that did anything: a tick that found its source busy leaves a `skipped` one, which would hide the run it made way for. */
const lastRun = sql`
  select started_at, finished_at, outcome, error_code from mps.sync_run as run
  where run.source = known.source and (run.outcome is null or run.outcome <> 'skipped')
  order by run.started_at desc limit 1`;

const lastCompletedRun = sql`
  select finished_at from mps.sync_run as run
  where run.source = known.source and run.outcome = 'completed'
  order by run.started_at desc limit 1`;

const openJobs = sql`
  select count(*)::float8 from mps.job
  where job.source = known.source and ${isOpenJob} and job.missing_since is null`;

/** Every source that was ever configured here, by name. `now` in epoch seconds. */
export async function selectSources(database: Database, now: number): Promise<SourceRow[]> {
  const gaps = toGaps(sql`coverage.since`, toMoment(now));
  return database.query<SourceRow>(sql`
    select known.source,
      extract(epoch from coverage.since)::float8 as since,
      extract(epoch from upper(coverage.covered))::float8 as covered_to,
      extract(epoch from coalesce(upper(coverage.covered), coverage.looked_at))::float8 as lags_since,
      extract(epoch from coverage.looked_at)::float8 as looked_at,
      coalesce(${toGapSeconds(gaps)}, 0) as gap_seconds,
      (${openJobs}) as open_jobs,
      extract(epoch from last.started_at)::float8 as last_started_at,
      extract(epoch from last.finished_at)::float8 as last_finished_at,
      last.outcome as last_outcome,
      last.error_code as last_error_code,
      extract(epoch from completed.finished_at)::float8 as last_completed_at
    from (${known}) as known
    left join mps.coverage using (source)
    left join lateral (${lastRun}) as last on true
    left join lateral (${lastCompletedRun}) as completed on true
    order by known.source`);
}

/** Throws unless the database answers and has what the view reads. Reads no row. */
export async function selectNothing(database: Database): Promise<void> {
  await database.query(sql`
    select job.raw, job.missing_since, job_hourly.jobs, job_daily.jobs, job_transition.run_id, coverage.covered, sync_run.error_code, alert_group.detail
    from report.job, mps.job_hourly, mps.job_daily, mps.job_transition, mps.coverage, mps.sync_run, mps.alert_group
    limit 0`);
}
