-- One row an hour and pipeline for what was observed of durations, where there were two.
--
-- Why:       report.job_duration put the two together whenever it was asked: a fifth of a second of work for the hours of
--            nine months in eight pipelines, and growing. Now it reads them as they are, in a fifth of that; and the
--            writer keeps one row where it kept two.
-- Locks:     mps.job is locked against writers (not readers) while the rows are copied. A sync that runs meanwhile waits. Then
--            report.job_duration is locked against readers and writers for a moment. While that waits for somebody who has
--            long been reading it, all others wait behind it, and the sync too.
-- Time:      about a second for a hundred thousand hours of a pipeline.
-- Leaves:    mps.job_duration_hourly, emptied: the release before deletes from it. A later migration drops it.
-- Roll back: insert into mps.job_duration_hourly select hour, source, pipeline_id, 'waiting', waiting_jobs,
--              waiting_at_least_ms, waiting_at_most_ms from mps.job_time_hourly where waiting_jobs > 0;
--            insert into mps.job_duration_hourly select hour, source, pipeline_id, 'processing', processing_jobs,
--              processing_at_least_ms, processing_at_most_ms from mps.job_time_hourly where processing_jobs > 0;
--            mps.add_durations as in 0002; report.job_duration as in 0010; drop table mps.job_time_hourly;
--            comment on table mps.job_duration_hourly is null;

lock table mps.job in share mode;

create table mps.job_time_hourly (
  hour                   timestamptz not null,
  source                 text        not null,
  pipeline_id            text        not null,
  waiting_jobs           bigint      not null default 0,
  waiting_at_least_ms    bigint      not null default 0,
  waiting_at_most_ms     bigint      not null default 0,
  processing_jobs        bigint      not null default 0,
  processing_at_least_ms bigint      not null default 0,
  processing_at_most_ms  bigint      not null default 0,
  constraint job_time_hourly_pkey primary key (hour, source, pipeline_id)
) with (fillfactor = 50);

-- The triggers hand over one element a phase, as before.
create or replace function mps.add_durations(delta mps.job_duration_hourly[]) returns void language plpgsql as $$
begin
  if delta is null then return; end if;
  perform mps.lock_counts();
  insert into mps.job_time_hourly as known
  select hour, source, pipeline_id,
    coalesce(sum(jobs) filter (where phase = 'waiting'), 0),
    coalesce(sum(at_least_ms) filter (where phase = 'waiting'), 0),
    coalesce(sum(at_most_ms) filter (where phase = 'waiting'), 0),
    coalesce(sum(jobs) filter (where phase = 'processing'), 0),
    coalesce(sum(at_least_ms) filter (where phase = 'processing'), 0),
    coalesce(sum(at_most_ms) filter (where phase = 'processing'), 0)
  from unnest(delta)
  group by hour, source, pipeline_id
  on conflict on constraint job_time_hourly_pkey do update set
    waiting_jobs = known.waiting_jobs + excluded.waiting_jobs,
    waiting_at_least_ms = known.waiting_at_least_ms + excluded.waiting_at_least_ms,
    waiting_at_most_ms = known.waiting_at_most_ms + excluded.waiting_at_most_ms,
    processing_jobs = known.processing_jobs + excluded.processing_jobs,
    processing_at_least_ms = known.processing_at_least_ms + excluded.processing_at_least_ms,
    processing_at_most_ms = known.processing_at_most_ms + excluded.processing_at_most_ms;
end $$;

select mps.add_durations(array_agg(kept)) from mps.job_duration_hourly as kept;
delete from mps.job_duration_hourly;

create or replace view report.job_duration as
select source, hour, nullif(pipeline_id, '') as pipeline_id,
  waiting_jobs,
  waiting_at_least_ms / nullif(waiting_jobs, 0)::float8 / 1000 as waiting_seconds_at_least,
  waiting_at_most_ms / nullif(waiting_jobs, 0)::float8 / 1000 as waiting_seconds_at_most,
  processing_jobs,
  processing_at_least_ms / nullif(processing_jobs, 0)::float8 / 1000 as processing_seconds_at_least,
  processing_at_most_ms / nullif(processing_jobs, 0)::float8 / 1000 as processing_seconds_at_most
from mps.job_time_hourly;

comment on table mps.job_duration_hourly is 'Superseded by mps.job_time_hourly; its rows are what the triggers hand over';
