-- The views of the schema report, and what they and their columns mean (\d+ in psql shows it).
--
-- Why:       these are what SQL users build on: names and meanings stay, new columns come at the end.
-- Locks:     none that matters: it creates views and comments on them.
-- Time:      well under a second.
-- Roll back: drop view report.job_daily, report.failure_by_code, report.pipeline_health, report.job_duration,
--              report.stuck_job; (the comments on report.job and report.sync_run may stay)

create view report.job_daily as
select source, day, nullif(pipeline_id, '') as pipeline_id, nullif(state, '') as state, nullif(code, '') as code, jobs
from mps.job_daily
where jobs > 0;

create view report.failure_by_code as
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
  where state = 'Fail' and hour > now() - interval '7 days'
  group by 1, 2, 3
)
select source, nullif(pipeline_id, '') as pipeline_id, nullif(code, '') as code, jobs::bigint,
  coalesce(jobs_day, 0)::bigint as jobs_day, coalesce(jobs_week, 0)::bigint as jobs_week, first_day, last_day
from total
left join recent using (source, pipeline_id, code);

create view report.pipeline_health as
with recent as (
  select source, pipeline_id, hour > now() - interval '1 day' as is_now,
    sum(jobs) as jobs,
    sum(jobs) filter (where state = 'Fail') as failed,
    sum(jobs) filter (where state in ('Success', 'Fail')) as done
  from mps.job_hourly
  where hour > now() - interval '8 days' and jobs > 0
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

create view report.job_duration as
select source, hour, nullif(pipeline_id, '') as pipeline_id,
  coalesce(sum(jobs) filter (where phase = 'waiting'), 0)::bigint as waiting_jobs,
  (sum(at_least_ms) filter (where phase = 'waiting') / sum(jobs) filter (where phase = 'waiting') / 1000)::float8
    as waiting_seconds_at_least,
  (sum(at_most_ms) filter (where phase = 'waiting') / sum(jobs) filter (where phase = 'waiting') / 1000)::float8
    as waiting_seconds_at_most,
  coalesce(sum(jobs) filter (where phase = 'processing'), 0)::bigint as processing_jobs,
  (sum(at_least_ms) filter (where phase = 'processing') / sum(jobs) filter (where phase = 'processing') / 1000)::float8
    as processing_seconds_at_least,
  (sum(at_most_ms) filter (where phase = 'processing') / sum(jobs) filter (where phase = 'processing') / 1000)::float8
    as processing_seconds_at_most
from mps.job_duration_hourly
group by 1, 2, 3;

create view report.stuck_job as
select source, id, creation_time, state, pipeline_id, now() - creation_time as open_for, first_seen_at, changed_at,
  input_object, user_data
from mps.job
where (state is null or state not in ('Success', 'Fail'))
  and missing_since is null
  and creation_time < now() - interval '1 hour';

comment on view report.job is 'One row a job, as MPS last listed it. Give a range of creation_time where you can.';
comment on column report.job.source is 'The list of jobs this one is in: an account''s jobs in a region';
comment on column report.job.id is 'MPS''s job id, unique within its source';
comment on column report.job.creation_time is 'When the job was submitted, by MPS''s clock, to the second';
comment on column report.job.state is 'Submitted, Snapshoting (sic), Success or Fail; MPS may add others';
comment on column report.job.pipeline_id is 'The MPS queue the job went through';
comment on column report.job.code is 'MPS''s error code of a failed job';
comment on column report.job.message is 'MPS''s explanation of the error';
comment on column report.job.user_data is 'What the submitter attached: a text of up to 1,024 bytes, often JSON';
comment on column report.job.count is 'Snapshots taken; NULL where MPS gave no number';
comment on column report.job.tile_count is 'Images joined to tiles; NULL where MPS gave no number';
comment on column report.job.input_bucket is 'OSS bucket of the video';
comment on column report.job.input_location is 'OSS region of the video';
comment on column report.job.input_object is 'OSS object of the video, URL-encoded as MPS gives it';
comment on column report.job.output_bucket is 'OSS bucket of the snapshots';
comment on column report.job.output_location is 'OSS region of the snapshots';
comment on column report.job.output_object is 'OSS object of the snapshots, URL-encoded, {Count} standing for their numbers';
comment on column report.job.tile_output_object is 'OSS object of the tiled images';
comment on column report.job.mns_message_id is 'Id of the message that told a queue or topic of the job';
comment on column report.job.mns_error_code is 'Why that message could not be sent';
comment on column report.job.mns_error_message is 'MPS''s explanation of that';
comment on column report.job.first_seen_at is 'When the job was first read';
comment on column report.job.changed_at is 'When anything of the job was last seen changed';
comment on column report.job.missing_since is 'When MPS was first found to know the job no longer; NULL while it does';
comment on column report.job.raw is 'The record as MPS sent it, fields without a column of their own included';

comment on view report.job_daily is 'How many jobs there are, by day of creation (UTC), pipeline, state and code';
comment on column report.job_daily.source is 'The list of jobs counted';
comment on column report.job_daily.day is 'Day of creation, from midnight UTC';
comment on column report.job_daily.pipeline_id is 'The MPS queue; its first 128 characters';
comment on column report.job_daily.state is 'The state the jobs are in now; its first 128 characters';
comment on column report.job_daily.code is 'MPS''s error code; its first 128 characters; NULL where there is none';
comment on column report.job_daily.jobs is 'How many such jobs';

comment on view report.failure_by_code is 'What jobs failed of, by pipeline and error code: lately and in all';
comment on column report.failure_by_code.source is 'The list of jobs counted';
comment on column report.failure_by_code.pipeline_id is 'The MPS queue; its first 128 characters';
comment on column report.failure_by_code.code is 'MPS''s error code; its first 128 characters; NULL where MPS gave none';
comment on column report.failure_by_code.jobs is 'Jobs that failed so, of all kept';
comment on column report.failure_by_code.jobs_day is 'Of those, created in the last 24 hours (whole hours, this one included)';
comment on column report.failure_by_code.jobs_week is 'Of those, created in the last 7 days (whole hours, this one included)';
comment on column report.failure_by_code.first_day is 'Day (UTC) on which the first of them was created';
comment on column report.failure_by_code.last_day is 'Day (UTC) on which the last of them was created';

comment on view report.pipeline_health is
  'Volume and failures of each pipeline: jobs created in the last 24 hours against the average day of the week before';
comment on column report.pipeline_health.source is 'The list of jobs counted';
comment on column report.pipeline_health.pipeline_id is 'The MPS queue; its first 128 characters';
comment on column report.pipeline_health.jobs_day is 'Jobs created in the last 24 hours (whole hours, this one included)';
comment on column report.pipeline_health.failed_day is 'How many of them failed';
comment on column report.pipeline_health.failure_rate_day is 'Failed of those that are done, 0 to 1; NULL when none is done';
comment on column report.pipeline_health.jobs_day_before is 'Jobs created on an average day of the week before';
comment on column report.pipeline_health.failed_day_before is 'Failures on an average day of the week before';
comment on column report.pipeline_health.failure_rate_before is 'Failure rate of the week before, 0 to 1; NULL when no job was done';

comment on view report.job_duration is
  'Bounds of the average waiting and processing time, by pipeline and hour of creation. MPS tells when a job was created '
  'and what state it is in when asked, not when that changed: a change lies between two looks. Only jobs first seen within '
  'an hour of their creation are measured';
comment on column report.job_duration.source is 'The list of jobs measured';
comment on column report.job_duration.hour is 'Hour of creation';
comment on column report.job_duration.pipeline_id is 'The MPS queue; its first 128 characters';
comment on column report.job_duration.waiting_jobs is 'Jobs whose start was observed';
comment on column report.job_duration.waiting_seconds_at_least is
  'From creation to start: they waited so long on average, or longer; NULL when there are none';
comment on column report.job_duration.waiting_seconds_at_most is
  'From creation to start: they waited so long on average, or shorter; NULL when there are none';
comment on column report.job_duration.processing_jobs is 'Jobs whose end was observed';
comment on column report.job_duration.processing_seconds_at_least is
  'From start to end: they took so long on average, or longer; NULL when there are none';
comment on column report.job_duration.processing_seconds_at_most is
  'From start to end: they took so long on average, or shorter; NULL when there are none';

comment on view report.stuck_job is
  'Jobs that were created over an hour ago, are not done, and are still known to MPS';
comment on column report.stuck_job.source is 'The list of jobs this one is in';
comment on column report.stuck_job.id is 'MPS''s job id';
comment on column report.stuck_job.creation_time is 'When the job was submitted';
comment on column report.stuck_job.state is 'The state it was last seen in';
comment on column report.stuck_job.pipeline_id is 'The MPS queue';
comment on column report.stuck_job.open_for is 'Time since creation';
comment on column report.stuck_job.first_seen_at is 'When the job was first read';
comment on column report.stuck_job.changed_at is 'When anything of the job was last seen changed';
comment on column report.stuck_job.input_object is 'OSS object of the video, URL-encoded as MPS gives it';
comment on column report.stuck_job.user_data is 'What the submitter attached';

comment on view report.sync_run is 'One row a run of the sync: how it ended and what it did';
comment on column report.sync_run.id is 'Number of the run';
comment on column report.sync_run.source is 'The list of jobs it read';
comment on column report.sync_run.outcome is
  'completed: all that was due is read; partial: some is left for the next run; failed; skipped: another run was under '
  'way; NULL: under way';
comment on column report.sync_run.error_code is 'What stopped it';
comment on column report.sync_run.error is 'The same in words';
comment on column report.sync_run.started_at is 'When it began';
comment on column report.sync_run.heartbeat_at is 'When it was last known alive';
comment on column report.sync_run.finished_at is 'When it ended';
comment on column report.sync_run.window_from is 'Start of the creation time that had to be covered';
comment on column report.sync_run.window_to is 'End of the creation time that had to be covered';
comment on column report.sync_run.calls is 'Calls to MPS, repeated ones included';
comment on column report.sync_run.throttled is 'Calls that MPS turned away for the quota''s sake';
comment on column report.sync_run.pages is 'Pages stored';
comment on column report.sync_run.read is 'Job records read';
comment on column report.sync_run.inserted is 'Jobs that were new';
comment on column report.sync_run.updated is 'Jobs that had changed';
comment on column report.sync_run.unchanged is 'Jobs that were stored already as they are';
comment on column report.sync_run.rejected is 'Records set aside for the first time, because they could not be stored as they came';
comment on column report.sync_run.transitions is 'Changes of state recorded, first sightings included';
