-- What a year of runs would slow down: a run a minute makes half a million rows.
--
-- Why:       each run looked through all earlier ones of its source for those that died under way, and so did
--            report.sync_health: a third of a second after nine months. The newest runs of all sources, as a dashboard asks
--            for them, were found by sorting all. And report.job_duration takes half the time over many months.
-- Locks:     mps.sync_run is locked against writers (not readers) while its two indexes are made; then
--            report.job_duration is locked against readers and writers for a moment. While that waits for somebody who has
--            long been reading it, all others wait behind it, and those who write mps.sync_run too.
-- Time:      about a second for a million runs.
-- Roll back: drop index mps.sync_run_open_idx, mps.sync_run_started_at_idx; report.job_duration as in 0003;

create index sync_run_open_idx on mps.sync_run (source, started_at desc) where outcome is null;
create index sync_run_started_at_idx on mps.sync_run (started_at desc);

-- Each phase has one row an hour and pipeline: max picks it, where sum would add in numeric.
create or replace view report.job_duration as
select source, hour, nullif(pipeline_id, '') as pipeline_id,
  coalesce(max(jobs) filter (where phase = 'waiting'), 0) as waiting_jobs,
  max(at_least_ms) filter (where phase = 'waiting') / max(jobs) filter (where phase = 'waiting')::float8 / 1000
    as waiting_seconds_at_least,
  max(at_most_ms) filter (where phase = 'waiting') / max(jobs) filter (where phase = 'waiting')::float8 / 1000
    as waiting_seconds_at_most,
  coalesce(max(jobs) filter (where phase = 'processing'), 0) as processing_jobs,
  max(at_least_ms) filter (where phase = 'processing') / max(jobs) filter (where phase = 'processing')::float8 / 1000
    as processing_seconds_at_least,
  max(at_most_ms) filter (where phase = 'processing') / max(jobs) filter (where phase = 'processing')::float8 / 1000
    as processing_seconds_at_most
from mps.job_duration_hourly
group by hour, source, job_duration_hourly.pipeline_id;
