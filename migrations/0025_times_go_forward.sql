-- Times of changes that only go forward, and last days of 24 hours.
--
-- Why:       a job that MPS no longer knew kept the time of its last change, so that who polled for what had changed was never told. Of two
--            that changed one job at the same moment, the one that began first could come last: the job's history then ran
--            backwards, or its page failed where both moments were one. In sessions of a time zone that changed to or from summer
--            time within the week, the last day and the last week were an hour longer or shorter. A month whose table somebody had moved
--            to another schema was neither dropped nor stored any more. And mps.grant_reader told the wrong statements for a
--            role whose name is not the usual one.
-- Locks:     report.failure_by_code and report.pipeline_health are locked against readers and writers until this is done; no table is.
-- Time:      well under a second.
-- Roll back: mps.write_page as in 0016; mps.record_state_change, report.failure_by_code and report.pipeline_health as in 0019;
--            mps.drop_month as in 0022; mps.has_month as in 0018; mps.grant_reader as in 0024;
--            the comments of report.sync_gaps as in 0001; the comments of report.job and report.pipeline_health as in 0003;

-- As in 0016, but that a change is later than the one before it, whatever the order in which two transactions began; and that a job which
-- MPS no longer knows has changed. Where the clock was ahead, the hash is left out: the job is compared in full from then on.
create or replace function mps.write_page(
  for_source text, for_run bigint, for_fence bigint, ids text[], times bigint[], lines text,
  covers tstzmultirange, rejections jsonb, missing_ids text[],
  out inserted integer, out updated integer, out unchanged integer, out transitions integer, out rejected integer,
  out fence_lost boolean)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  line constant text[] := string_to_array(lines, e'\n');
  written_at constant bigint := date_part('epoch', now()) * 1000000;
  empty tstzmultirange;
  fresh integer[];
  compared integer[];
  added integer[];
  changed integer[];
  records jsonb[];
  moved integer := 0;
  marked integer := 0;
begin
  inserted := 0;
  updated := 0;
  unchanged := cardinality(ids);
  transitions := 0;
  rejected := 0;
  fence_lost := false;

  select coalesce(range_agg(tstzrange(lower(span), coalesce(oldest.creation_time, upper(span)))), '{}') into empty
  from unnest(covers) as span
  left join lateral (
    select creation_time from mps.job
    where creation_time >= lower(span) and creation_time < upper(span)
    order by creation_time limit 1
  ) as oldest on true
  where not lower_inf(span) and not upper_inf(span);

  select array_agg(n) filter (where is_fresh), array_agg(n) filter (where not is_fresh) into fresh, compared
  from (select n, to_timestamp(at) <@ empty from unnest(times) with ordinality as page (at, n)) as job (n, is_fresh);

  if compared is not null then
    select array_agg(n) filter (where stored.id is null),
      array_agg(n) filter (where is_changed), array_agg(record) filter (where is_changed),
      count(*) filter (where is_changed and stored.state is distinct from nullif(record ->> 'State', ''))
    into added, changed, records, moved
    from unnest(compared) as n
    left join lateral (
      select job.id, job.raw, job.state, job.missing_since is not null as is_back,
        coalesce(job.raw_hash = hashtextextended(line[n], (date_part('epoch', job.changed_at) * 1000000)::bigint), false)
          as is_same
      from mps.job
      where job.id = ids[n] and job.source = for_source and job.creation_time = to_timestamp(times[n])
      limit 1
    ) as stored on true
    left join lateral (
      select line[n]::jsonb as record where is_back or not is_same offset 0
    ) as parsed on true
    cross join lateral (
      select record is not null and (is_back or stored.raw is distinct from record)
        and not mps.regresses(stored.state, nullif(record ->> 'State', '')) as is_changed
    ) as verdict;
    -- In the order of the page again, which is every writer's.
    fresh := nullif(array(select unnest(fresh || added) as n order by n), '{}');
  end if;

  -- What is known already is not written again.
  if rejections is not null then
    select jsonb_agg(page order by page.original, page.reason) into rejections
    from jsonb_to_recordset(rejections) as page (original text, reason text)
    where not exists (
      select from mps.rejected_record as known
      where known.source = for_source and md5(known.original) = md5(page.original) and md5(known.reason) = md5(page.reason)
    );
  end if;
  if missing_ids is not null then
    select array_agg(id order by id) into missing_ids
    from mps.job
    where source = for_source and missing_since is null and id = any (missing_ids);
  end if;
  if fresh is null and changed is null and rejections is null and missing_ids is null
    and not exists (select from mps.coverage where source = for_source and not covered @> covers)
  then
    return;
  end if;

  perform from mps.lease where name = for_source and fence = for_fence for key share;
  if not found then
    fence_lost := true;
    return;
  end if;

  if rejections is not null then
    insert into mps.rejected_record (source, run_id, original, reason)
    select for_source, for_run, original, reason
    from jsonb_to_recordset(rejections) as page (original text, reason text)
    on conflict do nothing;
    get diagnostics rejected = row_count;
  end if;

  if missing_ids is not null then
    update mps.job
    set missing_since = now(), changed_at = greatest(now(), changed_at + interval '1 microsecond'), run_id = for_run
    where source = for_source and missing_since is null and id = any (missing_ids);
    get diagnostics marked = row_count;
  end if;

  -- One statement for new and for changed jobs: its triggers, which lock the counts, fire when all rows are written.
  with created as (
    insert into mps.job (source, id, creation_time, raw, raw_hash, run_id)
    select for_source, ids[n], to_timestamp(times[n]), line[n]::jsonb, hashtextextended(line[n], written_at), for_run
    from unnest(fresh) as n
  ),
  replaced as (
    insert into mps.job as job (source, id, creation_time, raw, raw_hash, run_id)
    select for_source, ids[n], to_timestamp(times[n]), record, hashtextextended(line[n], written_at), for_run
    from unnest(changed, records) as change (n, record)
    on conflict (id, source, creation_time) do update
      set raw = excluded.raw, raw_hash = case when job.changed_at < now() then excluded.raw_hash end,
        changed_at = greatest(now(), job.changed_at + interval '1 microsecond'),
        missing_since = null, run_id = excluded.run_id
      where (job.missing_since is not null or job.raw is distinct from excluded.raw)
        and not mps.regresses(job.state, excluded.state)
    returning job.id
  )
  select count(*) into updated from replaced;
  if updated < cardinality(changed) then
    raise exception using errcode = 'serialization_failure',
      message = 'another writer changed a job of this page meanwhile: call again';
  end if;
  inserted := coalesce(cardinality(fresh), 0);
  unchanged := unchanged - inserted - updated;
  updated := updated + marked;
  transitions := inserted + moved;
  update mps.coverage set covered = covered + covers where source = for_source and not covered @> covers;
end $$;

-- As in 0019, but that what was seen last of a job that MPS had not known for a while is its last change of state, not that it was gone.
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
      least(n.changed_at, case
        when o.missing_since is not null then coalesce((
          select max(observed_at) from mps.job_transition as last
          where last.job_id = o.id and last.source = o.source and last.job_creation_time = o.creation_time), o.first_seen_at)
        when o.creation_time > look.at - interval '1 day' then greatest(o.changed_at, look.at)
        else o.changed_at
      end),
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

-- As in 0019, in hours: a session's day has 23 or 25 of them twice a year.
create or replace view report.failure_by_code as
with total as (
  select source, pipeline_id, code, sum(jobs) as jobs, min(day) as first_day, max(day) as last_day
  from mps.job_daily
  where state = 'Fail' and jobs > 0
  group by 1, 2, 3
),
recent as (
  select source, pipeline_id, code, sum(jobs) as jobs_week,
    sum(jobs) filter (where hour > now() - interval '24 hours') as jobs_day
  from mps.job_hourly
  where state = 'Fail' and hour > now() - interval '168 hours' and hour <= now()
  group by 1, 2, 3
)
select source, nullif(pipeline_id, '') as pipeline_id, nullif(code, '') as code, jobs::bigint,
  coalesce(jobs_day, 0)::bigint as jobs_day, coalesce(jobs_week, 0)::bigint as jobs_week, first_day, last_day
from total
left join recent using (source, pipeline_id, code);

create or replace view report.pipeline_health as
with recent as (
  select source, pipeline_id, hour > now() - interval '24 hours' as is_now,
    sum(jobs) as jobs,
    sum(jobs) filter (where state = 'Fail') as failed,
    sum(jobs) filter (where state in ('Success', 'Fail')) as done
  from mps.job_hourly
  where hour > now() - interval '192 hours' and hour <= now() and jobs > 0
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

comment on column report.job.changed_at is
  'When anything of the job was last seen changed, that MPS no longer knows it included. It is when storing began: the row may be seen some seconds later, so who polls by it asks from five minutes before the last one seen';
comment on column report.pipeline_health.jobs_day_before is
  'Jobs created on an average day of the week before: a seventh of those that are stored, so too low until eight days are covered';
comment on column report.pipeline_health.failed_day_before is
  'Failures on an average day of the week before: a seventh of those that are stored';
comment on column report.sync_gaps.kind is
  'newest: newer than all that was read, which the next runs do first; history: older than something that was read.';

-- As in 0022, in whatever schema the month's tables are by now.
create or replace function mps.drop_month(day date) returns text[] language plpgsql as $$
declare
  month constant tstzrange := mps.to_month(day);
  dropped text[] := '{}';
  child record;
begin
  -- Jobs first, as all do who write.
  for child in
    select relname as name, relnamespace::regnamespace as schema
    from pg_inherits join pg_class on oid = inhrelid
    where inhparent in ('mps.job'::regclass, 'mps.job_transition'::regclass)
      and relname in (to_char(day, '"job_y"YYYY"m"MM'), to_char(day, '"job_transition_y"YYYY"m"MM'))
    order by length(relname)
  loop
    execute format('drop table %s.%I', child.schema, child.name);
    dropped := dropped || child.name::text;
  end loop;
  perform mps.delete_counts(lower(month), upper(month));
  update mps.coverage set covered = covered - tstzmultirange(month) where covered && month;
  return dropped;
end $$;

-- As in 0018, in whatever schema.
create or replace function mps.has_month(parent text, day date) returns boolean language sql stable
  return exists (
    select from pg_inherits join pg_class on oid = inhrelid
    where relname = parent || to_char(day, '"_y"YYYY"m"MM')
      and inhparent = ('mps.' || parent)::regclass and not inhdetachpending
  );

-- As in 0024, with names as a statement wants them.
create or replace function mps.grant_reader(reader name default 'mps_reader') returns void language plpgsql as $$
begin
  if not exists (select from pg_roles where rolname = reader) then
    begin
      execute format('create role %I nologin', reader);
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise warning 'the role % was not made, because % may not create roles: run "create role % nologin" as an administrator, then "select mps.grant_reader(%)" as %',
          reader, current_user, quote_ident(reader), quote_literal(reader), current_user;
        return;
    end;
  end if;
  execute format('grant usage on schema report to %I', reader);
  execute format('grant select on all tables in schema report to %I', reader);
  execute format('alter default privileges in schema report grant select on tables to %I', reader);
  execute format('grant execute on all functions in schema report to %I', reader);
  execute format('alter default privileges in schema report grant execute on functions to %I', reader);
end $$;
