-- Stuck jobs are found in part, and comments say what is so.
--
-- Why:       report.stuck_job read every open job from its table, whatever was asked of it, because it stood behind a function. Where a
--            state that nobody knew counts as open for ever, these may be a hundred thousand.
--            And some comments said what does not hold: that the lag grows until a run gets through, that nothing from before `since` is
--            kept, and which jobs a run counts as updated and as unchanged.
--            Functions of an earlier release ask for open jobs in words that this index does not know: they read all jobs of a source
--            for them until they are deployed anew.
-- Locks:     mps.job and report.stuck_job are locked against readers and writers until this is done: the lock that dropping an index
--            takes is held to the end. Give it a quiet moment: a sync that meets it fails its run and the next
--            one goes on.
-- Time:      one to three seconds for each million jobs.
-- Roll back: drop index mps.job_open_idx;
--            create index job_open_idx on mps.job (source, creation_time) where state is null or state not in ('Success', 'Fail');
--            mps.list_open_jobs, report.stuck_job and mps.grant_reader as in 0019;
--            grant execute on function mps.list_open_jobs to mps_reader (the role may not be there);
--            the comments of report.sync_health as in 0001; the comments of report.sync_health as in 0019;
--            the comments of report.sync_run as in 0003;

drop index mps.job_open_idx;

-- No state of a job that is done: none of the two. In other words than `not in`, because the planner multiplies "not Success" by "not
-- Fail", takes one job in eighteen to be open where one in fifty thousand is, and would have the question compiled for seconds. Of states
-- before, between and behind the two it adds up what its statistics have. Whether MPS still knows a job stands in the index, so that
-- jobs are counted by it alone. A state has no room there: it may be of any length.
create index job_open_idx on mps.job (source, creation_time) include (missing_since)
  where state is null or state < 'Fail' or (state > 'Fail' and state < 'Success') or state > 'Success';

-- A plain view, so that what is asked of it reaches the index.
create or replace view report.stuck_job as
select source, id, creation_time, state, pipeline_id, now() - creation_time as open_for, first_seen_at, changed_at,
  input_object, user_data
from mps.job
where (state is null or state < 'Fail' or (state > 'Fail' and state < 'Success') or state > 'Success')
  and missing_since is null
  and creation_time < now() - interval '1 hour';

-- As in 0007: no view calls a function of mps any more.
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
end $$;

drop function mps.list_open_jobs;

comment on column report.sync_health.since is
  'Jobs created before this moment are not listed. Those that were stored before it moved forward stay, until retention drops them.';
comment on column report.sync_health.lag_seconds is
  'Seconds from covered_to to now; while nothing is covered, from the start of the first run. Small also where runs break off after '
  'their first page, which is the newest: looked_at tells that.';
comment on column report.sync_run.updated is
  'Jobs that had changed, those that MPS no longer knew and those that it knew again included';
comment on column report.sync_run.unchanged is
  'Jobs that were stored already as they are, those included that an older read would have set back';
