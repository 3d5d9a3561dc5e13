-- Jobs, their history, and what a run needs to be resumed and to be judged.
--
-- Why:       the first release.
-- Locks:     none that matters: it only creates.
-- Time:      well under a second.
-- Needs:     the right to create schemas in this database; Postgres 14 or newer; no extension, no superuser.
-- Roll back: drop schema report cascade; drop schema mps cascade;   (this forgets every job)

create schema if not exists mps;
create schema if not exists report;

-- The rule of core/state.ts: a terminal state never reopens, a started job is never merely submitted again.
-- A read that asks for that is an older one. NULL and unknown states count as open.
create function mps.regresses(stored text, incoming text) returns boolean
  language sql immutable parallel safe
  return case
    when stored in ('Success', 'Fail') then coalesce(incoming not in ('Success', 'Fail'), true)
    else coalesce(stored = 'Snapshoting' and incoming = 'Submitted', false)
  end;

-- How far a state is along the life (toRank in core/state.ts): of two copies in one page the further one is newer.
create function mps.state_rank(state text) returns integer
  language sql immutable parallel safe
  return case state when 'Submitted' then 0 when 'Success' then 2 when 'Fail' then 2 else 1 end;

-- MPS documents every scalar as a string, numbers included. What is no number reads as NULL, never as an error.
create function mps.to_count(value text) returns bigint
  language sql immutable parallel safe
  return case when value ~ '^\d{1,18}$' then value::bigint end;

-- One row a job. raw is the record as MPS sent it and the only truth; the typed columns are generated from it, so
-- they cannot disagree with it. An empty string in raw is NULL in its column.
-- The key holds creation_time only because a partitioned table's must: an id is unique within a source.
create table mps.job (
  source             text        not null,
  id                 text        not null,
  creation_time      timestamptz not null,
  raw                jsonb       not null,
  first_seen_at      timestamptz not null default now(),
  changed_at         timestamptz not null default now(),
  missing_since      timestamptz,
  run_id             bigint,
  state              text   generated always as (nullif(raw ->> 'State', '')) stored,
  pipeline_id        text   generated always as (nullif(raw ->> 'PipelineId', '')) stored,
  code               text   generated always as (nullif(raw ->> 'Code', '')) stored,
  message            text   generated always as (nullif(raw ->> 'Message', '')) stored,
  user_data          text   generated always as (nullif(raw ->> 'UserData', '')) stored,
  count              bigint generated always as (mps.to_count(raw ->> 'Count')) stored,
  tile_count         bigint generated always as (mps.to_count(raw ->> 'TileCount')) stored,
  input_bucket       text   generated always as (nullif(raw -> 'Input' ->> 'Bucket', '')) stored,
  input_location     text   generated always as (nullif(raw -> 'Input' ->> 'Location', '')) stored,
  input_object       text   generated always as (nullif(raw -> 'Input' ->> 'Object', '')) stored,
  output_bucket      text   generated always as (nullif(raw -> 'SnapshotConfig' -> 'OutputFile' ->> 'Bucket', '')) stored,
  output_location    text   generated always as (nullif(raw -> 'SnapshotConfig' -> 'OutputFile' ->> 'Location', '')) stored,
  output_object      text   generated always as (nullif(raw -> 'SnapshotConfig' -> 'OutputFile' ->> 'Object', '')) stored,
  tile_output_object text   generated always as (nullif(raw -> 'SnapshotConfig' -> 'TileOutputFile' ->> 'Object', '')) stored,
  mns_message_id     text   generated always as (nullif(raw -> 'MNSMessageResult' ->> 'MessageId', '')) stored,
  mns_error_code     text   generated always as (nullif(raw -> 'MNSMessageResult' ->> 'ErrorCode', '')) stored,
  mns_error_message  text   generated always as (nullif(raw -> 'MNSMessageResult' ->> 'ErrorMessage', '')) stored,
  constraint job_pkey primary key (id, source, creation_time)
) partition by range (creation_time);

create index job_creation_time_idx on mps.job (creation_time desc, id desc);
create index job_open_idx on mps.job (source, creation_time)
  where state is null or state not in ('Success', 'Fail');

-- One row for every observed change of state, the first sighting included. MPS tells no time of change: it happened
-- after previous_observed_at and not after observed_at. Partitioned like the jobs, so that both leave together.
create table mps.job_transition (
  source               text        not null,
  job_id               text        not null,
  job_creation_time    timestamptz not null,
  from_state           text,
  to_state             text,
  previous_observed_at timestamptz,
  observed_at          timestamptz not null default now(),
  run_id               bigint,
  constraint job_transition_pkey primary key (job_id, source, job_creation_time, observed_at)
) partition by range (job_creation_time);

-- History is kept by the table and not by its writers, so that none can forget it.
create function mps.record_first_sighting() returns trigger language plpgsql as $$
begin
  insert into mps.job_transition (source, job_id, job_creation_time, from_state, to_state, observed_at, run_id)
  select source, id, creation_time, null, state, first_seen_at, run_id from inserted;
  return null;
end $$;

create function mps.record_state_change() returns trigger language plpgsql as $$
begin
  insert into mps.job_transition
    (source, job_id, job_creation_time, from_state, to_state, previous_observed_at, observed_at, run_id)
  select n.source, n.id, n.creation_time, o.state, n.state, o.changed_at, n.changed_at, n.run_id
  from updated n
  join replaced o using (id, source, creation_time)
  where n.state is distinct from o.state;
  return null;
end $$;

create trigger job_first_sighting after insert on mps.job
  referencing new table as inserted for each statement execute function mps.record_first_sighting();
create trigger job_state_change after update on mps.job
  referencing old table as replaced new table as updated for each statement execute function mps.record_state_change();

-- Makes the monthly partitions that hold the given moments, where they are missing. A partition is built aside and
-- then attached: that asks for no lock that would stop readers or writers of the others.
create function mps.ensure_partitions(moments timestamptz[]) returns void language plpgsql as $$
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
      continue when to_regclass('mps.' || child) is not null;
      perform pg_advisory_xact_lock(hashtext('mps.ensure_partitions'));
      continue when to_regclass('mps.' || child) is not null;
      execute format('create table mps.%I (like mps.%I including all)', child, parent);
      execute format('alter table mps.%I attach partition mps.%I for values from (%L) to (%L)',
        parent, child, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    end loop;
  end loop;
end $$;

-- Creation time that has been read completely. The checkpoint of every run, and what success is computed from.
create table mps.coverage (
  source  text           not null,
  covered tstzmultirange not null default '{}',
  since   timestamptz    not null,
  constraint coverage_pkey primary key (source)
);

-- One row a run. Its outcome is NULL while it is under way.
create table mps.sync_run (
  id           bigint generated always as identity,
  source       text        not null,
  fence        bigint,
  started_at   timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  finished_at  timestamptz,
  outcome      text,
  error_code   text,
  error        text,
  window_from  timestamptz,
  window_to    timestamptz,
  calls        bigint not null default 0,
  throttled    bigint not null default 0,
  pages        bigint not null default 0,
  read         bigint not null default 0,
  inserted     bigint not null default 0,
  updated      bigint not null default 0,
  unchanged    bigint not null default 0,
  rejected     bigint not null default 0,
  transitions  bigint not null default 0,
  constraint sync_run_pkey primary key (id),
  constraint sync_run_outcome_check check (outcome in ('completed', 'partial', 'failed', 'skipped'))
);
create index sync_run_source_idx on mps.sync_run (source, started_at desc);

-- At most one writer a name. fence grows with every change of hands and is part of a unique index, so that taking a
-- lease over waits for the page writes of the last holder (they lock the key), while extending one does not.
create table mps.lease (
  name       text        not null,
  holder     text        not null,
  fence      bigint      not null,
  expires_at timestamptz not null,
  constraint lease_pkey primary key (name),
  constraint lease_fence_key unique (name, fence)
);

-- What could not be stored as it came: the text as MPS sent it, and why. Seen again, it is not written again.
create table mps.rejected_record (
  id          bigint generated always as identity,
  source      text        not null,
  run_id      bigint,
  original    text        not null,
  reason      text        not null,
  rejected_at timestamptz not null default now(),
  constraint rejected_record_pkey primary key (id)
);
create unique index rejected_record_once_idx on mps.rejected_record (source, md5(original), md5(reason));

create view report.job as
select source, id, creation_time, state, pipeline_id, code, message, user_data, count, tile_count,
       input_bucket, input_location, input_object, output_bucket, output_location, output_object, tile_output_object,
       mns_message_id, mns_error_code, mns_error_message, first_seen_at, changed_at, missing_since, raw
from mps.job;

create view report.sync_run as
select id, source, outcome, error_code, error, started_at, heartbeat_at, finished_at, window_from, window_to,
       calls, throttled, pages, read, inserted, updated, unchanged, rejected, transitions
from mps.sync_run;
