-- Counts kept by the hour, and the views people ask their questions of.
--
-- Why:       a question over ten million jobs ("failures by code, this week against the last") is to be answered in
--            milliseconds. So the database keeps, with every write and in its transaction, how many jobs there are by
--            hour of creation, pipeline, state and code, and what was observed of waiting and processing times.
-- Locks:     mps.job is locked against writers (not readers) until the counts of what it holds are made. A sync that
--            runs meanwhile waits, or ends as partial and goes on later.
-- Time:      one reading of mps.job: under a second for 100,000 jobs, about a minute for ten million.
-- Roll back: drop function mps.tally_inserted, mps.tally_updated, mps.tally_deleted cascade;
--            drop table mps.job_hourly, mps.job_daily, mps.job_duration_hourly cascade;
--            mps.record_first_sighting and mps.record_state_change as in 0000;
--            drop function mps.recount_jobs, mps.last_look, mps.lock_counts, mps.to_key, mps.to_hour, mps.to_ms;

-- A key of the counts. '' stands for NULL, which a primary key cannot hold; odd values are cut, because an index
-- entry has room for some 2,700 bytes and no record may fail its page.
create function mps.to_key(value text) returns text
  language sql immutable parallel safe
  return left(coalesce(value, ''), 128);

create function mps.to_hour(moment timestamptz) returns timestamptz
  language sql immutable parallel safe
  return date_trunc('hour', moment at time zone 'UTC') at time zone 'UTC';

create function mps.to_ms(span interval) returns bigint
  language sql immutable parallel safe
  return greatest(0, round(extract(epoch from span) * 1000));

-- How many jobs there are, by hour and by day of creation (UTC). A count that fell to zero stays as a row.
create table mps.job_hourly (
  hour        timestamptz not null,
  source      text        not null,
  pipeline_id text        not null,
  state       text        not null,
  code        text        not null,
  jobs        bigint      not null,
  constraint job_hourly_pkey primary key (hour, source, pipeline_id, state, code)
) with (fillfactor = 50);

-- Its key begins with what jobs have in common, so that the combinations there are can be found by hopping through it.
create table mps.job_daily (
  day         timestamptz not null,
  source      text        not null,
  pipeline_id text        not null,
  state       text        not null,
  code        text        not null,
  jobs        bigint      not null,
  constraint job_daily_pkey primary key (source, pipeline_id, state, code, day)
) with (fillfactor = 50);

-- Sums of what was observed of a phase of the jobs of an hour: 'waiting' until started, 'processing' until done.
create table mps.job_duration_hourly (
  hour        timestamptz not null,
  source      text        not null,
  pipeline_id text        not null,
  phase       text        not null,
  jobs        bigint      not null,
  at_least_ms bigint      not null,
  at_most_ms  bigint      not null,
  constraint job_duration_hourly_pkey primary key (hour, source, pipeline_id, phase)
) with (fillfactor = 50);

-- Two writers that change the same counts in different order would wait for each other, and one statement changes
-- them several times: for its inserted rows and for its updated ones. So whoever changes counts takes this lock first;
-- it ends with the transaction. The triggers that count fire last (they fire by name), so that it is held briefly.
create function mps.lock_counts() returns void
  language sql
  begin atomic
    select pg_advisory_xact_lock(hashtext('mps.job_hourly'), 0);
  end;

create function mps.add_counts(delta mps.job_hourly[]) returns void language plpgsql as $$
begin
  if delta is null then return; end if;
  perform mps.lock_counts();
  insert into mps.job_hourly as known (hour, source, pipeline_id, state, code, jobs)
  select hour, source, pipeline_id, state, code, jobs from unnest(delta)
  on conflict on constraint job_hourly_pkey do update set jobs = known.jobs + excluded.jobs;
  insert into mps.job_daily as known (day, source, pipeline_id, state, code, jobs)
  select date_trunc('day', hour, 'UTC'), source, pipeline_id, state, code, sum(jobs)
  from unnest(delta)
  group by 1, 2, 3, 4, 5 having sum(jobs) <> 0
  on conflict on constraint job_daily_pkey do update set jobs = known.jobs + excluded.jobs;
end $$;

create function mps.tally_inserted() returns trigger language plpgsql as $$
begin
  perform mps.add_counts(array_agg(counted)) from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code),
      count(*))::mps.job_hourly
    from inserted
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code)
  ) as delta (counted);
  return null;
end $$;

-- What the replaced rows counted for is taken back, what the updated ones count for is added.
create function mps.tally_updated() returns trigger language plpgsql as $$
begin
  perform mps.add_counts(array_agg(counted)) from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code),
      sum(jobs))::mps.job_hourly
    from (
      select creation_time, source, pipeline_id, state, code, 1 as jobs from updated
      union all
      select creation_time, source, pipeline_id, state, code, -1 from replaced
    ) as change
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code)
    having sum(jobs) <> 0
  ) as delta (counted);
  return null;
end $$;

create function mps.tally_deleted() returns trigger language plpgsql as $$
begin
  perform mps.add_counts(array_agg(counted)) from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code),
      -count(*))::mps.job_hourly
    from deleted
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code)
  ) as delta (counted);
  return null;
end $$;

-- Makes the counts anew from the jobs. Nothing should ever need it but a hand that truncated or detached a partition.
create function mps.recount_jobs() returns void language plpgsql as $$
begin
  lock table mps.job in share mode;
  delete from mps.job_hourly;
  delete from mps.job_daily;
  insert into mps.job_hourly (hour, source, pipeline_id, state, code, jobs)
  select mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code), count(*)
  from mps.job
  group by 1, 2, 3, 4, 5;
  insert into mps.job_daily (day, source, pipeline_id, state, code, jobs)
  select date_trunc('day', hour, 'UTC'), source, pipeline_id, state, code, sum(jobs)
  from mps.job_hourly
  group by 1, 2, 3, 4, 5;
end $$;

-- The moment after which every open job of a source, created within a day of it, was read once more: the start of its
-- last completed run. An unchanged job is not written, so this is what is known of when its state was seen last.
create function mps.last_look(wanted text) returns timestamptz
  language sql stable
  begin atomic
    select started_at from mps.sync_run
    where source = wanted and outcome = 'completed'
    order by started_at desc limit 1;
  end;

create function mps.add_durations(delta mps.job_duration_hourly[]) returns void language plpgsql as $$
begin
  if delta is null then return; end if;
  perform mps.lock_counts();
  insert into mps.job_duration_hourly as known (hour, source, pipeline_id, phase, jobs, at_least_ms, at_most_ms)
  select hour, source, pipeline_id, phase, jobs, at_least_ms, at_most_ms from unnest(delta)
  on conflict on constraint job_duration_hourly_pkey do update
    set jobs = known.jobs + excluded.jobs, at_least_ms = known.at_least_ms + excluded.at_least_ms,
      at_most_ms = known.at_most_ms + excluded.at_most_ms;
end $$;

-- History as in 0000, but that the sighting before may be the last completed run's; and what it tells of durations.
-- A job started between its last sighting as Submitted and its first as anything later, and was done between its last
-- sighting as Snapshoting and its first as done. Only jobs first seen within an hour of their creation are measured:
-- of the others, history read later, nothing useful is known.
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
    where first_seen_at - creation_time <= interval '1 hour'
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), phase
  ) as delta (measured);
  return null;
end $$;

-- Hash joins, because a function's plan is made once and kept: one made for a page of two changes would compare each
-- row with each in a page of three hundred.
create or replace function mps.record_state_change() returns trigger language plpgsql
set enable_nestloop = off as $$
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
        previous_observed_at - job_creation_time, recorded.observed_at - job_creation_time),
      ('processing', from_state = 'Submitted' and to_state in ('Success', 'Fail'),
        interval '0', recorded.observed_at - previous_observed_at),
      ('processing', from_state = 'Snapshoting' and to_state in ('Success', 'Fail'),
        previous_observed_at - start.observed_at, recorded.observed_at - start.not_before)
    ) as phase (phase, ended, at_least, at_most)
    where ended and to_state in ('Snapshoting', 'Success', 'Fail')
      and n.first_seen_at - n.creation_time <= interval '1 hour'
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

create trigger job_tally_inserted after insert on mps.job
  referencing new table as inserted for each statement execute function mps.tally_inserted();
create trigger job_tally_updated after update on mps.job
  referencing old table as replaced new table as updated for each statement execute function mps.tally_updated();
create trigger job_tally_deleted after delete on mps.job
  referencing old table as deleted for each statement execute function mps.tally_deleted();

select mps.recount_jobs();
