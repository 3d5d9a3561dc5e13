-- The call budget that all instances of an account share, and the views that tell how far the copy is.
--
-- Why:       parallel runs must not exceed the account's calls together; gaps and lag must be readable in SQL.
-- Locks:     mps.coverage is locked against readers and writers for two added columns, which rewrites nothing.
-- Time:      well under a second.
-- Roll back: drop view report.sync_health, report.sync_gaps; drop table mps.quota cascade;
--            drop function mps.reserve_slots, mps.report_throttled, mps.call_rate;
--            alter table mps.coverage drop column settle_seconds, drop column looked_at;

-- One row an account. next_slot_at is the first moment that nobody has reserved for a call.
create table mps.quota (
  account          text             not null,
  next_slot_at     timestamptz      not null default '-infinity',
  history_free_at  timestamptz      not null default '-infinity',
  peak             double precision,
  throttled_at     timestamptz,
  constraint quota_pkey primary key (account)
);

comment on column mps.quota.history_free_at is 'Until then history takes no slots, which leaves them to fresh jobs.';
comment on column mps.quota.peak is 'Calls a second taken to be bearable since the last throttled answer.';

-- The rule of core/call-rate.ts: calls a second, `since` seconds after a throttled answer made `peak` the bearable rate.
create function mps.call_rate(cap double precision, peak double precision, since double precision)
  returns double precision language sql immutable parallel safe
  return case when peak is null then cap * 0.977 else
    greatest(least(1, cap * 0.977), least(cap * 0.977, peak * case
      when since < 0.5 then 0.5 + 0.9 * greatest(0, since)
      else 0.95 + 0.004 * (since - 0.5) + 0.002 * power(greatest(0, since - 4), 2) end)) end;

-- Reserves up to `wanted` call slots in a row. Everyone's slots lie on one line, so no two instances can meet, and
-- history steps aside for 1 - share of the time. With no slots granted, first_at tells when to ask again.
-- No more than 250 ms are given away in advance, to all together, so that a throttled answer slows everyone down soon.
-- Clocks are read anew after the row's lock was waited for.
create function mps.reserve_slots(
  account_name text, history boolean, wanted integer, cap double precision, share double precision,
  out now_at timestamptz, out first_at timestamptz, out spacing double precision, out slots integer
) language plpgsql as $$
declare
  budget mps.quota;
begin
  select * into budget from mps.quota where account = account_name for update;
  if not found then
    insert into mps.quota (account) values (account_name) on conflict do nothing;
    select * into budget from mps.quota where account = account_name for update;
  end if;
  now_at := clock_timestamp();
  first_at := greatest(now_at, budget.next_slot_at);
  spacing := 1 / mps.call_rate(cap, budget.peak, extract(epoch from now_at - budget.throttled_at));
  slots := greatest(1, least(wanted, floor((0.25 - extract(epoch from first_at - now_at)) / spacing)));
  if history and budget.history_free_at > first_at then
    first_at := budget.history_free_at;
    slots := 0;
    return;
  end if;
  update mps.quota set
    next_slot_at = first_at + make_interval(secs => slots * spacing),
    history_free_at = case when history
      then first_at + make_interval(secs => slots * spacing / share) else budget.history_free_at end
    where account = account_name;
end $$;

-- Slows the account down. Answers that were throttled at the same time count once.
create function mps.report_throttled(account_name text, cap double precision) returns void language sql as $$
  insert into mps.quota as quota (account, peak, throttled_at)
  values (account_name, 0.95 * mps.call_rate(cap, null, null), clock_timestamp())
  on conflict (account) do update
    set peak = 0.95 * mps.call_rate(cap, quota.peak, extract(epoch from clock_timestamp() - quota.throttled_at)),
        throttled_at = clock_timestamp()
    where quota.throttled_at is null or quota.throttled_at < clock_timestamp() - interval '0.5 s';
$$;

-- What a run was asked to cover, so that SQL can tell a gap from a second that is merely too young.
alter table mps.coverage
  add column settle_seconds    integer not null default 5,
  add column looked_at      timestamptz not null default now();

comment on column mps.coverage.looked_at is 'Start of the last run that read the lookback and looked at all open jobs that were due; before that, of the first.';

create view report.sync_gaps as
select source,
       lower(gap) as gap_from,
       upper(gap) as gap_to,
       extract(epoch from upper(gap) - lower(gap))::float8 as seconds,
       case when isempty(covered) or lower(gap) >= upper(covered) then 'newest' else 'history' end as kind
from mps.coverage
cross join lateral (select greatest(since, now() - make_interval(secs => settle_seconds)) as settled) as required
cross join lateral unnest(tstzmultirange(tstzrange(since, settled)) - covered) as gap;

comment on view report.sync_gaps is
  'Creation times that should have been read by now and were not, per source. Empty means: nothing is missing.';
comment on column report.sync_gaps.source is 'The source.';
comment on column report.sync_gaps.gap_from is 'First creation time that is not read completely.';
comment on column report.sync_gaps.gap_to is 'End of the gap; this moment itself is no part of it.';
comment on column report.sync_gaps.seconds is 'Length of the gap in seconds.';
comment on column report.sync_gaps.kind is
  'newest: not read yet, the next run will; history: older than something that was read.';

create view report.sync_health as
select coverage.source,
       coverage.since,
       upper(coverage.covered) as covered_to,
       extract(epoch from now() - upper(coverage.covered))::float8 as lag_seconds,
       gaps.history_gaps,
       gaps.history_gap_seconds,
       coverage.looked_at,
       coalesce(lease.expires_at > now(), false) as is_running,
       case when lease.expires_at > now() then lease.holder end as lease_holder,
       running.heartbeat_at,
       completed.finished_at as last_completed_at,
       last.outcome as last_outcome,
       last.error_code as last_error_code,
       last.finished_at as last_finished_at,
       recent.calls as calls_last_hour,
       recent.throttled::float8 / nullif(recent.calls, 0) as throttled_share_last_hour
from mps.coverage
left join mps.lease on lease.name = coverage.source
cross join lateral (
  select count(*) as history_gaps, coalesce(sum(seconds), 0) as history_gap_seconds
  from report.sync_gaps where sync_gaps.source = coverage.source and kind = 'history'
) as gaps
left join lateral (
  select heartbeat_at from mps.sync_run
  where sync_run.source = coverage.source and outcome is null order by started_at desc limit 1
) as running on lease.expires_at > now()
left join lateral (
  select finished_at from mps.sync_run
  where sync_run.source = coverage.source and outcome = 'completed' order by started_at desc limit 1
) as completed on true
left join lateral (
  select outcome, error_code, finished_at from mps.sync_run
  where sync_run.source = coverage.source and outcome in ('completed', 'partial', 'failed')
  order by started_at desc limit 1
) as last on true
cross join lateral (
  select coalesce(sum(calls), 0) as calls, coalesce(sum(throttled), 0) as throttled from mps.sync_run
  where sync_run.source = coverage.source and started_at > now() - interval '1 hour'
) as recent;

comment on view report.sync_health is 'How well each source is kept, as of now: one row a source.';
comment on column report.sync_health.source is 'The source.';
comment on column report.sync_health.since is 'Jobs created before this moment are not kept.';
comment on column report.sync_health.covered_to is 'Newest creation time that is read completely.';
comment on column report.sync_health.lag_seconds is 'Seconds from covered_to to now.';
comment on column report.sync_health.history_gaps is 'Gaps before covered_to: see report.sync_gaps.';
comment on column report.sync_health.history_gap_seconds is 'Seconds of creation time in those gaps.';
comment on column report.sync_health.looked_at is
  'Start of the last run that read the lookback and looked at all open jobs that were due; before that, of the first.';
comment on column report.sync_health.is_running is 'Whether a run holds the source at this moment.';
comment on column report.sync_health.lease_holder is 'The run that holds it; NULL when none does.';
comment on column report.sync_health.heartbeat_at is 'Last sign of life of the run under way.';
comment on column report.sync_health.last_completed_at is 'End of the last run that left nothing undone.';
comment on column report.sync_health.last_outcome is 'Outcome of the last run that ended: completed, partial or failed.';
comment on column report.sync_health.last_error_code is 'What kept that run from completing.';
comment on column report.sync_health.last_finished_at is 'When that run ended.';
comment on column report.sync_health.calls_last_hour is 'Calls made in the runs begun within the last hour.';
comment on column report.sync_health.throttled_share_last_hour is
  'Share of those calls that MPS refused for coming too fast.';
