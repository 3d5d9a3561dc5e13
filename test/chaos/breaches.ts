import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { JobModel } from '#simulator/job-model.ts';
import { toComparable } from '../to-comparable.ts';

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
      where job_id = job.id and source = job.source order by observed_at desc limit 1
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

/** Compares the copy with MPS, field for field, and looks for whatever must not be. An empty list is a promise kept. */
export async function findBreaches(database: Database, model: JobModel): Promise<string[]> {
  const breaches = await findDifferences(database, model);
  for (const [name, query] of Object.entries(forbidden)) {
    const rows = await database.query<Record<string, unknown>>(query);
    if (rows.length > 0) breaches.push(`${name}: ${rows.length}, such as ${JSON.stringify(rows[0])}`);
  }
  return breaches;
}

/** I1: every job as MPS lists it, and none besides. */
async function findDifferences(database: Database, model: JobModel): Promise<string[]> {
  const rows = await database.query<{ id: string; raw: unknown }>(sql`select id, raw from mps.job`);
  const stored = new Map(rows.map(({ id, raw }) => [id, toComparable(raw)]));
  const listed = model.all();
  const missing = listed.filter(({ Id }) => !stored.has(String(Id)));
  const different = listed.filter((job) => (stored.get(String(job.Id)) ?? '') !== toComparable(job));
  const found = [
    missing.length > 0 ? `jobs that MPS lists are not stored (I1): ${missing.length}` : undefined,
    different.length > missing.length
      ? `jobs are stored otherwise than MPS lists them (I1): ${different.length - missing.length}`
      : undefined,
    stored.size > listed.length ? `${stored.size - listed.length} stored jobs are not MPS's (I1)` : undefined,
  ];
  return found.filter((breach) => breach !== undefined);
}
