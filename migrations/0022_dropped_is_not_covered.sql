-- What is dropped is not covered any more; and events for alerts are found by the time of their jobs.
--
-- Why:       a source that had no run for thirty days has no say in what is kept, but its coverage went on claiming the jobs of months
--            that others' retention dropped: when it came back, they were gone, and neither a gap nor read again. And the
--            events that retention lets go were looked for in all there are.
-- Locks:     mps.alert_event is locked against readers and writers while its key is made anew. So are those who store jobs that failed,
--            and rounds of alerts: a sync that meets it waits.
-- Time:      about three seconds for each million events.
-- Roll back: mps.drop_month and mps.forget_month as in 0018;
--            alter table mps.alert_event drop constraint alert_event_job_key,
--              add constraint alert_event_job_key unique (job_id, source, job_creation_time);

-- As in 0018, and takes the month out of every source's coverage that holds it. One whose own retention let the month go has no coverage
-- of it, and sees no gap: it begins later.
--
-- Coverage comes last, as in mps.write_page, so that the two cannot wait for each other. By then nobody can be amid storing a page
-- where a table was dropped: pages hold a lock on mps.job from their first look to their end.
create or replace function mps.drop_month(day date) returns text[] language plpgsql as $$
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
  update mps.coverage set covered = covered - tstzmultirange(month) where covered && month;
  return dropped;
end $$;

-- As in 0018. Gives up rather than let all others wait.
create or replace function mps.forget_month(day date) returns text[] language plpgsql set lock_timeout = '5s' as $$
begin
  return mps.drop_month(day);
end $$;

-- By time first, as the keys of jobs: what retention lets go lies together, and so do the events of a page.
alter table mps.alert_event drop constraint alert_event_job_key,
  add constraint alert_event_job_key unique (job_creation_time, job_id, source);
