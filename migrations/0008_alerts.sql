-- Alerts: an outbox of failed jobs, what they are grouped into, and the messages about them.
--
-- Why:       somebody wants to be told when jobs fail. Whoever stores a job that failed leaves an event in the same
--            transaction, so that no crash comes between the two; the alert function makes messages of the events.
-- Locks:     mps.job is locked against writers for the moment that two triggers take.
-- Time:      well under a second. Jobs that failed before make no events.
-- Roll back: drop trigger job_alert_first_sighting on mps.job; drop trigger job_alert_state_change on mps.job;
--            drop function mps.record_failed_sighting, mps.record_failure;
--            drop table mps.alert_event, mps.alert_group, mps.alert_delivery, mps.alert_attempt, mps.alert_silence,
--              mps.alert_channel, mps.alert_state;

-- The outbox: one row a job that failed, however often it does so and whoever saw it. An event waits until it is in a
-- group or suppressed. Texts are cut, because messages have little room and the job has them whole.
create table mps.alert_event (
  id                bigint generated always as identity,
  source            text        not null,
  job_id            text        not null,
  job_creation_time timestamptz not null,
  pipeline_id       text        not null,
  code              text        not null,
  message           text,
  input_object      text,
  first_sighting    boolean     not null,
  observed_at       timestamptz not null,
  run_id            bigint,
  group_id          bigint,
  notification      integer,
  suppressed        text,
  constraint alert_event_pkey primary key (id),
  constraint alert_event_job_key unique (job_id, source, job_creation_time),
  constraint alert_event_suppressed_check check (suppressed in ('before-alerting', 'too-old', 'silenced'))
);
create index alert_event_waiting_idx on mps.alert_event (id) where group_id is null and suppressed is null;
create index alert_event_group_idx on mps.alert_event (group_id, notification) where group_id is not null;

comment on column mps.alert_event.first_sighting is 'The job had failed already when it was first read';
comment on column mps.alert_event.notification is 'Which notification of its group tells of it';

-- What is told of together, and how far its story is. '' stands for NULL in pipeline_id and code, as in the counts.
create table mps.alert_group (
  id              bigint generated always as identity,
  rule            text        not null,
  source          text        not null,
  pipeline_id     text        not null,
  code            text        not null,
  status          text        not null,
  again           boolean     not null default false,
  starts_at       timestamptz not null,
  ends_at         timestamptz,
  active_at       timestamptz not null,
  notified_at     timestamptz,
  notified_status text,
  notifications   integer     not null default 0,
  unsaid          bigint      not null default 0,
  jobs            bigint      not null default 0,
  jobs_total      bigint      not null default 0,
  created_from    timestamptz,
  created_to      timestamptz,
  changed_from    timestamptz,
  top_codes       jsonb       not null default '[]',
  examples        jsonb       not null default '[]',
  detail          text        not null default '',
  silence_id      bigint,
  constraint alert_group_pkey primary key (id),
  constraint alert_group_key unique (rule, source, pipeline_id, code),
  constraint alert_group_status_check check (status in ('pending', 'firing', 'resolved')),
  constraint alert_group_notified_status_check check (notified_status in ('firing', 'resolved'))
);
create index alert_group_open_idx on mps.alert_group (id) where status <> 'resolved';
create index alert_group_active_at_idx on mps.alert_group (active_at desc);

comment on column mps.alert_group.unsaid is 'Failed jobs that no notification tells of yet';
comment on column mps.alert_group.jobs is 'Jobs that the next notification tells of; after it, those that it told of';
comment on column mps.alert_group.notified_at is 'Last notification since it began to fire';
comment on column mps.alert_group.silence_id is 'The silence that keeps it quiet now';

-- One row a message. Its id goes with every attempt, so that a receiver can tell a repetition. The body is json and
-- not jsonb, because a text that was cut may hold what jsonb refuses.
create table mps.alert_delivery (
  id              text        not null,
  channel         text        not null,
  body            json        not null,
  parts           jsonb       not null,
  status          text        not null default 'pending',
  attempts        integer     not null default 0,
  created_at      timestamptz not null,
  next_attempt_at timestamptz not null,
  claimed_until   timestamptz,
  finished_at     timestamptz,
  answer          text,
  constraint alert_delivery_pkey primary key (id),
  constraint alert_delivery_status_check check (status in ('pending', 'delivered', 'dead'))
);
create index alert_delivery_due_idx on mps.alert_delivery (channel, next_attempt_at) where status = 'pending';
create index alert_delivery_created_at_idx on mps.alert_delivery (created_at desc, id);

comment on column mps.alert_delivery.parts is
  'What it tells: [{"group": id, "notification": number, "status": "firing" or "resolved", "jobs": number}]';

-- One row an attempt, made when it begins: what limits a channel has used up is counted here, over all instances.
create table mps.alert_attempt (
  id          bigint generated always as identity,
  delivery_id text        not null,
  channel     text        not null,
  attempt     integer     not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  outcome     text,
  status      integer,
  answer      text,
  constraint alert_attempt_pkey primary key (id),
  constraint alert_attempt_outcome_check check (outcome in ('delivered', 'retry', 'refused', 'gone'))
);
create index alert_attempt_channel_idx on mps.alert_attempt (channel, started_at desc);
create index alert_attempt_delivery_idx on mps.alert_attempt (delivery_id, attempt);

comment on column mps.alert_attempt.outcome is 'NULL while it is under way, and for ever where its instance died';

-- Keeps groups quiet until a moment. NULL matches anything, a text with * at its end whatever begins like it.
create table mps.alert_silence (
  id          bigint generated always as identity,
  rule        text,
  source      text,
  pipeline_id text,
  code        text,
  reason      text        not null,
  author      text        not null,
  created_at  timestamptz not null,
  ends_at     timestamptz not null,
  constraint alert_silence_pkey primary key (id),
  constraint alert_silence_ends_at_check check (ends_at >= created_at)
);
create index alert_silence_ends_at_idx on mps.alert_silence (ends_at desc);

-- One row a channel: locked by whoever claims its messages. A receiver that answered 410 gets no more.
create table mps.alert_channel (
  name            text not null,
  disabled_at     timestamptz,
  disabled_reason text,
  constraint alert_channel_pkey primary key (name)
);

-- The one row about alerting itself: locked by whoever makes groups.
create table mps.alert_state (
  singleton      boolean     not null default true,
  watching_since timestamptz not null,
  switched_on_at timestamptz,
  round_at       timestamptz not null,
  gaps           jsonb       not null default '{}',
  constraint alert_state_pkey primary key (singleton),
  constraint alert_state_singleton_check check (singleton)
);

comment on column mps.alert_state.switched_on_at is 'First round with a channel configured: earlier failures page nobody';
comment on column mps.alert_state.gaps is 'By source: seconds of its gaps, and since when they have not become fewer';

-- An insert of nothing costs a page without failures next to nothing.
create function mps.record_failed_sighting() returns trigger language plpgsql as $$
begin
  insert into mps.alert_event
    (source, job_id, job_creation_time, pipeline_id, code, message, input_object, first_sighting, observed_at, run_id)
  select source, id, creation_time, mps.to_key(pipeline_id), mps.to_key(code), left(message, 500),
    left(input_object, 1000), true, first_seen_at, run_id
  from inserted where state = 'Fail'
  on conflict on constraint alert_event_job_key do nothing;
  return null;
end $$;

-- `not in` and no join: that is hashed whatever page the plan was made for. A join planned for a page of two changes
-- would compare each row with each in a page of three hundred.
create function mps.record_failure() returns trigger language plpgsql as $$
begin
  insert into mps.alert_event
    (source, job_id, job_creation_time, pipeline_id, code, message, input_object, first_sighting, observed_at, run_id)
  select source, id, creation_time, mps.to_key(pipeline_id), mps.to_key(code), left(message, 500),
    left(input_object, 1000), false, changed_at, run_id
  from updated
  where state = 'Fail'
    and (id, source, creation_time) not in (select id, source, creation_time from replaced where state = 'Fail')
  on conflict on constraint alert_event_job_key do nothing;
  return null;
end $$;

create trigger job_alert_first_sighting after insert on mps.job
  referencing new table as inserted for each statement execute function mps.record_failed_sighting();
create trigger job_alert_state_change after update on mps.job
  referencing old table as replaced new table as updated for each statement execute function mps.record_failure();
