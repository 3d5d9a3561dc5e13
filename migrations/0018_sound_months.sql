-- Months that are whole or gone: put back where they were taken off, dropped with all that counts them, forgotten exactly.
--
-- Why:       a table with a month's name that was no partition any more kept the month from being stored for ever. A month's bounds
--            were wrong where sessions write dates the day first. And a month that was dropped by hand stayed in the counts, so
--            that reading it again counted it twice. docs/decisions/0019-a-month-goes-at-once.md has the rest.
-- Locks:     none that matters: it creates functions and replaces one.
-- Time:      well under a second.
-- Roll back: mps.ensure_partitions as in 0005; drop function mps.attach_month, mps.has_month, mps.forget_month, mps.drop_month,
--              mps.delete_counts, mps.to_month;

-- A month of UTC, by any of its days.
create function mps.to_month(day date) returns tstzrange
  language sql immutable parallel safe
  return tstzrange(date_trunc('month', day::timestamp) at time zone 'UTC',
    (date_trunc('month', day::timestamp) + interval '1 month') at time zone 'UTC');

-- Under the lock of those who count, as the last thing of its transaction: all who store pages wait for it.
create function mps.delete_counts(since timestamptz, until timestamptz) returns void language plpgsql as $$
begin
  perform mps.lock_counts();
  delete from mps.job_hourly where hour >= since and hour < until;
  delete from mps.job_daily where day >= since and day < until;
  delete from mps.job_time_hourly where hour >= since and hour < until;
end $$;

-- Drops a month of jobs with its history and its counts, and returns the names of the tables dropped. A table that somebody took
-- off its parent, to keep it, is not touched.
create function mps.drop_month(day date) returns text[] language plpgsql as $$
declare
  month constant tstzrange := mps.to_month(day);
  dropped text[];
  child text;
begin
  -- Jobs first, as all do who write.
  select coalesce(array_agg(relname::text order by length(relname)), '{}') into dropped
  from pg_inherits join pg_class on oid = inhrelid
  where inhparent in ('mps.job'::regclass, 'mps.job_transition'::regclass)
    and relname in (to_char(day, '"job_y"YYYY"m"MM'), to_char(day, '"job_transition_y"YYYY"m"MM'));
  foreach child in array dropped loop
    execute format('drop table mps.%I', child);
  end loop;
  perform mps.delete_counts(lower(month), upper(month));
  return dropped;
end $$;

-- As drop_month, and makes the month a gap of every source, so that it is read again. Gives up rather than let all others wait.
create function mps.forget_month(day date) returns text[] language plpgsql set lock_timeout = '5s' as $$
declare
  month constant tstzrange := mps.to_month(day);
  dropped text[];
begin
  dropped := mps.drop_month(day);
  update mps.coverage set covered = covered - tstzmultirange(month) where covered && month;
  return dropped;
end $$;

-- Whether a month has its partition: one that is half detached is none. Looks in pg_class itself: to_regclass remembers that
-- there was no such table, and waiting for an advisory lock does not make it look again.
create function mps.has_month(parent text, day date) returns boolean language sql stable
  return exists (
    select from pg_inherits join pg_class on oid = inhrelid
    where relnamespace = 'mps'::regnamespace and relname = parent || to_char(day, '"_y"YYYY"m"MM')
      and inhparent = ('mps.' || parent)::regclass and not inhdetachpending
  );

-- Makes a month's table, aside, and attaches it: that asks for no lock that would stop readers or writers of other months.
-- Where a table of the name was taken off, wholly or half, it is attached again, and its jobs are counted anew, because nobody
-- knows what became of them meanwhile.
create function mps.attach_month(parent text, day date) returns void language plpgsql as $$
declare
  month constant tstzrange := mps.to_month(day);
  child constant text := parent || to_char(day, '"_y"YYYY"m"MM');
  known constant regclass := (select oid from pg_class where relnamespace = 'mps'::regnamespace and relname = child);
begin
  if known is null then
    execute format('create table mps.%I (like mps.%I including all)', child, parent);
  elsif exists (select from pg_inherits where inhrelid = known and inhdetachpending) then
    execute format('alter table mps.%I detach partition mps.%I finalize', parent, child);
  end if;
  -- In UTC and ISO's order, whatever the session writes.
  execute format('alter table mps.%I attach partition mps.%I for values from (%L) to (%L)', parent, child,
    to_char(lower(month) at time zone 'UTC', 'YYYY-MM-DD"T00:00:00Z"'),
    to_char(upper(month) at time zone 'UTC', 'YYYY-MM-DD"T00:00:00Z"'));
  if known is null or parent <> 'job' then return; end if;

  perform mps.lock_counts();
  delete from mps.job_hourly where hour >= lower(month) and hour < upper(month);
  delete from mps.job_daily as daily where daily.day >= lower(month) and daily.day < upper(month);
  perform mps.add_counts(array_agg(counted)) from (
    select row(mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code),
      count(*))::mps.job_hourly
    from mps.job
    where creation_time >= lower(month) and creation_time < upper(month)
    group by mps.to_hour(creation_time), source, mps.to_key(pipeline_id), mps.to_key(state), mps.to_key(code)
  ) as total (counted);
exception when others then
  if known is null or sqlstate in ('55P03', '40P01') then raise; end if;
  raise exception using errcode = 'duplicate_table',
    message = format('table mps.%s is in the way of its month: it is no partition of mps.%s and cannot be made one (%s). '
      'Move it to another schema, rename it or drop it', child, parent, sqlerrm);
end $$;

-- Makes the monthly partitions that hold the given moments, where they are missing.
create or replace function mps.ensure_partitions(moments timestamptz[]) returns void language plpgsql as $$
declare
  day date;
  parent text;
begin
  for day in
    select distinct date_trunc('month', moment at time zone 'UTC') from unnest(moments) as moment order by 1
  loop
    foreach parent in array array['job', 'job_transition'] loop
      continue when mps.has_month(parent, day);
      perform pg_advisory_xact_lock(hashtext('mps.ensure_partitions'));
      continue when mps.has_month(parent, day);
      perform mps.attach_month(parent, day);
    end loop;
  end loop;
end $$;
