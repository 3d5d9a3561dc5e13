import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobModel } from '#simulator/job-model.ts';
import { toComparable } from '../to-comparable.ts';
import { findOverlookedEnds, type StaleSpell } from './overlooked-ends.ts';

/** What the stored copy must not show, each as a query whose rows are the breaches. */
export const forbidden: Record<string, SQL> = {
  // The rule once more, and not the product's own (`mps.regresses`).
  'a state went back (I3)': sql`
    select job_id, from_state, to_state from mps.job_transition
    where from_state is not null and ((from_state, to_state) in (
      ('Submitted', 'Snapshoting'), ('Submitted', 'Success'), ('Submitted', 'Fail'),
      ('Snapshoting', 'Success'), ('Snapshoting', 'Fail'))) is not true`,
  // A takeover waits for pages on their way, so all that a run wrote was committed before the next began.
  'a run wrote after another had taken over (I5)': sql`
    with run as (
      select id, min(started_at) over (
        partition by source order by fence rows between 1 following and unbounded following) as taken_over_at
      from mps.sync_run where fence is not null
    ),
    written as (
      select id as job_id, run_id, pg_xact_commit_timestamp(xmin) as at from mps.job
      union all
      select job_id, run_id, pg_xact_commit_timestamp(xmin) from mps.job_transition
    )
    select job_id, run_id, at, taken_over_at from written join run on run.id = run_id
    where taken_over_at is not null and (at < taken_over_at) is not true`,
  'a transition is recorded twice (I6)': sql`
    select job_id from mps.job_transition group by source, job_id, from_state, to_state having count(*) > 1`,
  'a history does not begin once with a first sighting (I6)': sql`
    select id from mps.job
    left join mps.job_transition as first on first.job_id = id and first.source = job.source and first.from_state is null
    group by job.source, id having count(first.job_id) <> 1`,
  'a history does not lead to the stored state (I6)': sql`
    select id from mps.job as job
    cross join lateral (
      select to_state from mps.job_transition
      where job_id = job.id and source = job.source and job_creation_time = job.creation_time
      order by observed_at desc limit 1
    ) as last
    where last.to_state is distinct from job.state`,
  'a step of a history is missing (I6)': sql`
    select job_id from (
      select job_id, from_state, lag(to_state) over history as before, row_number() over history as step
      from mps.job_transition window history as (partition by source, job_id order by observed_at)
    ) as steps
    where step > 1 and from_state is distinct from before`,
  'a failure has not exactly one event (I7)': sql`
    select job.id from mps.job as job
    full join mps.alert_event as event
      on event.job_id = job.id and event.source = job.source and event.job_creation_time = job.creation_time
    where (job.state = 'Fail') is distinct from (event.job_id is not null)`,
  'a job is taken to be missing (I1)': sql`select id, missing_since from mps.job where missing_since is not null`,
  'a record was rejected (I1)': sql`select reason, original from mps.rejected_record`,
  'the counts are not those of the jobs': sql`
    select hour from mps.job_hourly as kept
    full join (
      select mps.to_hour(creation_time) as hour, source, mps.to_key(pipeline_id) as pipeline_id,
        mps.to_key(state) as state, mps.to_key(code) as code, count(*) as jobs
      from mps.job group by 1, 2, 3, 4, 5
    ) as counted using (hour, source, pipeline_id, state, code)
    where coalesce(kept.jobs, 0) <> coalesce(counted.jobs, 0)`,
  'a gap is left where a run was completed (I2)': sql`
    select gap.source, gap_from, gap_to from report.sync_gaps as gap
    where gap_from < (
      select max(window_to) from mps.sync_run as run where run.source = gap.source and outcome = 'completed')`,
};

/**
 * Compares the copy with MPS, field for field, and looks for whatever must not be. Each of the sources named must hold all that
 * MPS lists, and none besides; `stale` tells when MPS's answers were old. An empty list is a promise kept.
 */
export async function findBreaches(
  database: Database,
  model: JobModel,
  sources: readonly string[],
  stale: readonly StaleSpell[] = [],
): Promise<string[]> {
  const breaches = [
    ...(await findDifferences(database, model, sources)),
    ...(await findOverlookedEnds(database, model, sources, stale)),
  ];
  for (const [name, query] of Object.entries(forbidden)) {
    const rows = await database.query<Record<string, unknown>>(query);
    if (rows.length > 0) breaches.push(`${name}: ${rows.length}, such as ${JSON.stringify(rows[0])}`);
  }
  return breaches;
}

interface StoredJob {
  readonly source: string;
  readonly id: string;
  readonly raw: unknown;
}

/** I1: every job as MPS lists it, and none besides, in each source by itself: what one lacks another may hold. */
async function findDifferences(database: Database, model: JobModel, sources: readonly string[]): Promise<string[]> {
  const rows = await database.query<StoredJob>(sql`select source, id, raw from mps.job`);
  const listed = new Map(model.all().map((job) => [String(job.Id), toComparable(job)]));
  const strangers = rows.filter(({ source }) => !sources.includes(source)).length;
  return [
    ...sources.flatMap((name) => compareSource(name, listed, rows)),
    ...(strangers > 0 ? [`${strangers} jobs are stored of sources that nobody reads (I1)`] : []),
  ];
}

function compareSource(name: string, listed: ReadonlyMap<string, string>, rows: readonly StoredJob[]): string[] {
  const own = rows.filter(({ source }) => source === name);
  const stored = new Map(own.map(({ id, raw }) => [id, toComparable(raw)]));
  const missing = [...listed.keys()].filter((id) => !stored.has(id)).length;
  const different = [...listed].filter(([id, job]) => stored.has(id) && stored.get(id) !== job).length;
  const foreign = [...stored.keys()].filter((id) => !listed.has(id)).length;
  const counts = {
    'jobs that MPS lists are not stored': missing,
    'jobs are stored otherwise than MPS lists them': different,
    "stored jobs are not MPS's": foreign,
    'jobs are stored twice': own.length - stored.size,
  };
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${name}: ${count} ${what} (I1)`] : []));
}
