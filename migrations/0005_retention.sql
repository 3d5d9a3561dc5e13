-- Where retention leaves its traces; and partitions that two writers make at once.
--
-- Why:       RETENTION_MONTHS drops whole months. Dropped creation time is neither a gap nor to be read again, so each
--            source remembers from when on jobs are kept; and the run that dropped something says what. And of two
--            writers that needed the same new month at the same moment, one failed its page.
-- Locks:     mps.coverage, mps.sync_run and report.sync_run are locked against readers and writers for the moment it takes to add
--            a column without a default. While that waits for somebody who has long been reading one, all others wait behind it.
-- Time:      well under a second.
-- Roll back: drop view report.sync_run; alter table mps.coverage drop column retained_from;
--            alter table mps.sync_run drop column dropped_partitions; report.sync_run as in 0000;
--            the comments of report.sync_run as in 0003; mps.ensure_partitions as in 0000;

alter table mps.coverage add column retained_from timestamptz;
alter table mps.sync_run add column dropped_partitions text[];

create or replace view report.sync_run as
select id, source, outcome, error_code, error, started_at, heartbeat_at, finished_at, window_from, window_to,
       calls, throttled, pages, read, inserted, updated, unchanged, rejected, transitions, dropped_partitions
from mps.sync_run;

comment on column report.sync_run.dropped_partitions is
  'Monthly tables that RETENTION_MONTHS let this run drop; NULL when there were none';

-- As in 0000, but looks in pg_class itself: to_regclass remembers that there was no such table, and waiting for an
-- advisory lock does not make it look again.
create or replace function mps.ensure_partitions(moments timestamptz[]) returns void language plpgsql as $$
declare
  month timestamp;
  parent text;
  child text;
begin
  for month in
    select distinct date_trunc('month', moment at time zone 'UTC') from unnest(moments) as moment order by 1
  loop
    foreach parent in array array['job', 'job_transition'] loop
      child := parent || to_char(month, '"_y"YYYY"m"MM');
      continue when exists (select from pg_class where relnamespace = 'mps'::regnamespace and relname = child);
      perform pg_advisory_xact_lock(hashtext('mps.ensure_partitions'));
      continue when exists (select from pg_class where relnamespace = 'mps'::regnamespace and relname = child);
      execute format('create table mps.%I (like mps.%I including all)', child, parent);
      execute format('alter table mps.%I attach partition mps.%I for values from (%L) to (%L)',
        parent, child, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    end loop;
  end loop;
end $$;
