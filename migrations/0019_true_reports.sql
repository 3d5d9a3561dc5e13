-- Reports that say what is so, to everybody who may read them, and soon.
--
-- Why:       a `Count` of digits of another script failed its page for ever on a server with an ICU locale. Jobs created in the
--            future counted as the last day's, and as started at once. report.stuck_job was refused where functions are not
--            everybody's, and took a third of a second with thirty thousand open jobs. report.sync_health had no lag for a
--            source that never got through, which is the one to alert on, and looked through all runs of one that never
--            completes; so did each page that changed a job. And of waiting times the lower bound was up to a second too high.
-- Locks:     mps.sync_run is locked against writers (not readers) while its two indexes are made. report.failure_by_code,
--            report.pipeline_health, report.sync_health and report.stuck_job are locked against readers and writers until this is
--            done. While that waits for somebody who has long been reading one, all others wait behind it.
-- Time:      about a second for a million runs. Durations measured before stay as they were.
-- Roll back: drop index mps.sync_run_completed_idx, mps.sync_run_active_idx; mps.to_count as in 0000;
--            mps.record_first_sighting and mps.record_state_change as in 0002;
--            alter function mps.record_state_change() set jit = off; mps.grant_reader as in 0007;
--            report.sync_health as in 0001; the comments of report.sync_health as in 0001;
--            report.failure_by_code and report.pipeline_health as in 0003; the comments of report.job_duration as in 0003;
--            mps.select_open_jobs and report.stuck_job as in 0014; drop function mps.list_open_jobs;

-- As in 0000, but for `[0-9]`: under an ICU locale `\d` is any script's digit, which no cast takes.
create or replace function mps.to_count(value text) returns bigint
  language sql immutable parallel safe
  return case when value ~ '^[0-9]{1,18}$' then value::bigint end;

-- As in 0003, but that an hour that has not begun is no last day's.
create or replace view report.failure_by_code as
with total as (
  select source, pipeline_id, code, sum(jobs) as jobs, min(day) as first_day, max(day) as last_day
  from mps.job_daily
  where state = 'Fail' and jobs > 0
  group by 1, 2, 3
),
recent as (
  select source, pipeline_id, code, sum(jobs) as jobs_week,
    sum(jobs) filter (where hour > now() - interval '1 day') as jobs_day
  from mps.job_hourly
  where state = 'Fail' and hour > now() - interval '7 days' and hour <= now()
  group by 1, 2, 3
)
select source, nullif(pipeline_id, '') as pipeline_id, nullif(code, '') as code, jobs::bigint,
  coalesce(jobs_day, 0)::bigint as jobs_day, coalesce(jobs_week, 0)::bigint as jobs_week, first_day, last_day
from total
left join recent using (source, pipeline_id, code);

create or replace view report.pipeline_health as
with recent as (
  select source, pipeline_id, hour > now() - interval '1 day' as is_now,
    sum(jobs) as jobs,
    sum(jobs) filter (where state = 'Fail') as failed,
    sum(jobs) filter (where state in ('Success', 'Fail')) as done
  from mps.job_hourly
  where hour > now() - interval '8 days' and hour <= now() and jobs > 0
  group by 1, 2, 3
)
select source, nullif(pipeline_id, '') as pipeline_id,
  coalesce(sum(jobs) filter (where is_now), 0)::bigint as jobs_day,
  coalesce(sum(failed) filter (where is_now), 0)::bigint as failed_day,
  (sum(failed) filter (where is_now) / nullif(sum(done) filter (where is_now), 0))::float8 as failure_rate_day,
  (coalesce(sum(jobs) filter (where not is_now), 0) / 7)::float8 as jobs_day_before,
  (coalesce(sum(failed) filter (where not is_now), 0) / 7)::float8 as failed_day_before,
  (sum(failed) filter (where not is_now) / nullif(sum(done) filter (where not is_now), 0))::float8 as failure_rate_before
from recent
group by 1, 2;

-- As in 0002, but that a job first seen before its creation, as the two clocks have it, is not measured: its time is wrong, or a
-- clock is. And creation is told to the second: a job waited up to a second less than its lower bound said.
create or replace function mps.record_first_sighting() returns trigger language plpgsql as $$
begin
  insert into mps.job_transition (source, job_id, job_creation_time, from_state, to_state, observed_at, run_id)
  select source, id, creation_time, null, state, first_seen_at, run_id from inserted;
  perform mps.add_durations(array_agg(measured)) from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), phase, count(*), 0,
      sum(mps.to_ms(first_seen_at - creation_time)))::mps.job_duration_hourly
    from inserted
    join (values ('Snapshoting', 'waiting'), ('Success', 'waiting'), ('Success', 'processing'), ('Fail', 'waiting'),
      ('Fail', 'processing')) as ended (state, phase) using (state)
    where first_seen_at - creation_time between interval '0' and interval '1 hour'
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), phase
  ) as delta (measured);
  return null;
end $$;

-- Hash joins, because a function's plan is made once and kept: one made for a page of two changes would compare each
-- row with each in a page of three hundred.
create or replace function mps.record_state_change() returns trigger language plpgsql
set enable_nestloop = off
set jit = off as $$
declare
  delta mps.job_duration_hourly[];
begin
  if not exists (select from updated) then return null; end if;
  with look as materialized (
    select source, mps.last_look(source) as at from (select distinct source from updated) as present
  ),
  recorded as (
    insert into mps.job_transition
      (source, job_id, job_creation_time, from_state, to_state, previous_observed_at, observed_at, run_id)
    select n.source, n.id, n.creation_time, o.state, n.state,
      case when o.missing_since is null and o.creation_time > look.at - interval '1 day'
        then greatest(o.changed_at, look.at) else o.changed_at end,
      n.changed_at, n.run_id
    from updated n
    join replaced o using (id, source, creation_time)
    join look on look.source = n.source
    where n.state is distinct from o.state
    returning *
  ),
  measured as (
    select n.creation_time, n.source, n.pipeline_id, phase.*
    from recorded
    join updated n on n.id = job_id and n.source = recorded.source and n.creation_time = job_creation_time
    left join lateral (
      select observed_at, coalesce(previous_observed_at, job_creation_time) as not_before
      from mps.job_transition as start
      where start.job_id = recorded.job_id and start.source = recorded.source
        and start.job_creation_time = recorded.job_creation_time and start.to_state = 'Snapshoting'
        and recorded.from_state = 'Snapshoting'
      order by observed_at limit 1
    ) as start on true
    cross join lateral (values
      ('waiting', from_state = 'Submitted',
        previous_observed_at - job_creation_time - interval '1 s', recorded.observed_at - job_creation_time),
      ('processing', from_state = 'Submitted' and to_state in ('Success', 'Fail'),
        interval '0', recorded.observed_at - previous_observed_at),
      ('processing', from_state = 'Snapshoting' and to_state in ('Success', 'Fail'),
        previous_observed_at - start.observed_at, recorded.observed_at - start.not_before)
    ) as phase (phase, ended, at_least, at_most)
    where ended and to_state in ('Snapshoting', 'Success', 'Fail')
      and n.first_seen_at - n.creation_time between interval '0' and interval '1 hour'
  )
  select array_agg(sums) into delta from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), phase, count(*),
      sum(mps.to_ms(at_least)), sum(mps.to_ms(at_most)))::mps.job_duration_hourly
    from measured
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), phase
  ) as sum (sums);
  perform mps.add_durations(delta);
  return null;
end $$;

comment on view report.job_duration is
  'Bounds of the average waiting and processing time, by pipeline and hour of creation. MPS tells when a job was created, to '
  'the second, and what state it is in when asked, not when that changed: a change lies between two looks. Only jobs first seen '
  'within an hour of their creation are measured. Creation is by MPS''s clock and looks are by the database''s, of when a page '
  'was stored: bounds that begin at the creation are off by what the two differ';

-- The last completed run and the last that did anything, of sources whose other runs are many.
create index sync_run_completed_idx on mps.sync_run (source, started_at desc) where outcome = 'completed';
create index sync_run_active_idx on mps.sync_run (source, started_at desc) where outcome is null or outcome <> 'skipped';

-- As in 0001, but for the lag of a source of which nothing is covered.
create or replace view report.sync_health as
select coverage.source,
       coverage.since,
       upper(coverage.covered) as covered_to,
       extract(epoch from now() - coalesce(upper(coverage.covered), coverage.looked_at))::float8 as lag_seconds,
       gaps.history_gaps,
       gaps.history_gap_seconds,
       coverage.looked_at,
       coalesce(lease.expires_at > now(), false) as is_running,
       case when lease.expires_at > now() then lease.holder end as lease_holder,
       running.heartbeat_at,
       completed.finished_at as last_completed_at,
       last.outcome as last_outcome,
       last.error_code as last_error_code,
       last.finished_at as last_finished_at,
       recent.calls as calls_last_hour,
       recent.throttled::float8 / nullif(recent.calls, 0) as throttled_share_last_hour
from mps.coverage
left join mps.lease on lease.name = coverage.source
cross join lateral (
  select count(*) as history_gaps, coalesce(sum(seconds), 0) as history_gap_seconds
  from report.sync_gaps where sync_gaps.source = coverage.source and kind = 'history'
) as gaps
left join lateral (
  select heartbeat_at from mps.sync_run
  where sync_run.source = coverage.source and outcome is null order by started_at desc limit 1
) as running on lease.expires_at > now()
left join lateral (
  select finished_at from mps.sync_run
  where sync_run.source = coverage.source and outcome = 'completed' order by started_at desc limit 1
) as completed on true
left join lateral (
  select outcome, error_code, finished_at from mps.sync_run
  where sync_run.source = coverage.source and outcome in ('completed', 'partial', 'failed')
  order by started_at desc limit 1
) as last on true
cross join lateral (
  select coalesce(sum(calls), 0) as calls, coalesce(sum(throttled), 0) as throttled from mps.sync_run
  where sync_run.source = coverage.source and started_at > now() - interval '1 hour'
) as recent;

comment on column report.sync_health.lag_seconds is
  'Seconds from covered_to to now; while nothing is covered, from the start of the first run. Grows until a run gets through.';

-- Jobs created before a moment that are not done and that MPS still knows, as report.stuck_job has them: the record itself would be
-- most of the work. Why it is a function, and reads with its owner's rights, is told in 0014.
create function mps.list_open_jobs(created_before timestamptz)
  returns table (source text, id text, creation_time timestamptz, state text, pipeline_id text, first_seen_at timestamptz,
    changed_at timestamptz, input_object text, user_data text)
  language sql stable rows 200 security definer
  set search_path = pg_catalog, pg_temp
  set jit = off
  set work_mem = '16MB'
  as $$
    select source, id, creation_time, state, pipeline_id, first_seen_at, changed_at, input_object, user_data
    from mps.job
    where (state is null or state not in ('Success', 'Fail'))
      and missing_since is null
      and creation_time < created_before
  $$;

create or replace view report.stuck_job as
select source, id, creation_time, state, pipeline_id, now() - creation_time as open_for, first_seen_at, changed_at,
  input_object, user_data
from mps.list_open_jobs(now() - interval '1 hour');

drop function mps.select_open_jobs;

-- As in 0007, and the function that a view calls: unlike its tables, it is called with the reader's rights. A reader has no way into the
-- schema mps and so calls it through the view only.
create or replace function mps.grant_reader(reader name default 'mps_reader') returns void language plpgsql as $$
begin
  if not exists (select from pg_roles where rolname = reader) then
    begin
      execute format('create role %I nologin', reader);
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise warning 'the role % was not made, because % may not create roles: run "create role % nologin" as an administrator, then "select mps.grant_reader()" as %',
          reader, current_user, reader, current_user;
        return;
    end;
  end if;
  execute format('grant usage on schema report to %I', reader);
  execute format('grant select on all tables in schema report to %I', reader);
  execute format('alter default privileges in schema report grant select on tables to %I', reader);
  execute format('grant execute on function mps.list_open_jobs to %I', reader);
end $$;

select mps.grant_reader() where exists (select from pg_roles where rolname = 'mps_reader');
