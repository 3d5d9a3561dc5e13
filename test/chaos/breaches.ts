import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobModel } from '#simulator/job-model.ts';
import { toComparable } from '../to-comparable.ts';
import { findOverlookedEnds } from './overlooked-ends.ts';

/** What the stored copy must not show, each as a query whose rows are the breaches. */
const forbidden: Record<string, SQL> = {
  'a state went back (I3)': sql`
    select job_id from mps.job_transition where mps.regresses(from_state, to_state)`,
  'a run wrote after another had taken over (I5)': sql`
    select transition.job_id from mps.job_transition as transition
    join mps.sync_run as run on run.id = transition.run_id
    join mps.sync_run as later on later.source = run.source and later.fence > run.fence
    where transition.observed_at > later.started_at`,
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
  'the counts are not those of the jobs': sql`
    select hour from mps.job_hourly as kept
    full join (
      select mps.to_hour(creation_time) as hour, source, mps.to_key(pipeline_id) as pipeline_id,
        mps.to_key(state) as state, mps.to_key(code) as code, count(*) as jobs
      from mps.job group by 1, 2, 3, 4, 5
    ) as counted using (hour, source, pipeline_id, state, code)
    where coalesce(kept.jobs, 0) <> coalesce(counted.jobs, 0)`,
  'a run was completed over a gap (I2)': sql`
    select gap.source, gap_from, gap_to from report.sync_gaps as gap
    where gap_from < (
      select max(window_to) from mps.sync_run as run where run.source = gap.source and outcome = 'completed')`,
};

/**
 * Compares the copy with MPS, field for field, and looks for whatever must not be. Each of the sources named must hold all that
 * MPS lists, and none besides. An empty list is a promise kept.
 */
export async function findBreaches(database: Database, model: JobModel, sources: readonly string[]): Promise<string[]> {
  const breaches = [
    ...(await findDifferences(database, model, sources)),
    ...(await findOverlookedEnds(database, model, sources)),
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
