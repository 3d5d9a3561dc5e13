-- The page write as a function, so that the server plans it once a session and not once a page.
--
-- Why:       of what an unchanged job cost the server more than half went into planning the statement that stores its page. A
--            prepared statement would do as well, but does not survive a pooler that hands each transaction another
--            connection; what a function has planned does. docs/decisions/0015-page-write-in-a-function.md has the figures.
-- Locks:     none: it only creates.
-- Time:      well under a second.
-- Roll back: drop function mps.write_page; (the release before brings its own statement and does not use it)

-- Stores one page, in one transaction: classify against what is stored, write only what changed, advance coverage.
--
-- Jobs come as three lists of one length, each job once: ids, times (creation, epoch seconds) and lines (its record, a line
-- of JSON each, stored as raw). All callers order them alike, so that two that write the same jobs wait for each other
-- in turn. Covers is the creation time that the page completes, rejections are
-- [{"original": text, "reason": text}] or NULL, missing_ids the jobs that MPS no longer knows or NULL.
--
-- Records stay text until one has to be stored or compared: an unchanged one is known by its hash, for a tenth of what parsing
-- it costs. The lease is only locked when there is something to write, because even a shared row lock writes WAL;
-- the lock is on its key, so that a takeover waits for this transaction while an extension of the lease does not.
--
-- Its plans are made once and kept while the tables grow: so no scan of a whole table, however cheap while it is empty.
--
-- Two that write one job at once: the second fails with 23505 (unique_violation: both thought it new) or 40001
-- (serialization_failure), having written nothing, and is to be called again: then it finds what the first one wrote.
-- For new jobs `on conflict` would look each of them up once more. For changed ones it is what a join could not be:
-- by the primary key whatever the planner thinks of a table that was empty when it made its plan.
create function mps.write_page(
  for_source text, for_run bigint, for_fence bigint, ids text[], times bigint[], lines text,
  covers tstzmultirange, rejections jsonb, missing_ids text[],
  out inserted integer, out updated integer, out unchanged integer, out transitions integer, out rejected integer,
  out fence_lost boolean)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  line constant text[] := string_to_array(lines, e'\n');
  written_at constant bigint := date_part('epoch', now()) * 1000000;
  fresh integer[];
  changed integer[];
  records jsonb[];
  moved integer;
  marked integer := 0;
begin
  inserted := 0;
  updated := 0;
  unchanged := cardinality(ids);
  transitions := 0;
  rejected := 0;
  fence_lost := false;

  select array_agg(n) filter (where stored.id is null),
    array_agg(n) filter (where is_changed), array_agg(record) filter (where is_changed),
    count(*) filter (where is_changed and stored.state is distinct from nullif(record ->> 'State', ''))
  into fresh, changed, records, moved
  from unnest(ids, times, line) with ordinality as page (id, at, text, n)
  left join lateral (
    select job.id, job.raw, job.state, job.missing_since is not null as is_back,
      coalesce(job.raw_hash = hashtextextended(page.text, (date_part('epoch', job.changed_at) * 1000000)::bigint), false)
        as is_same
    from mps.job
    where job.id = page.id and job.source = for_source and job.creation_time = to_timestamp(page.at)
    limit 1
  ) as stored on true
  left join lateral (
    select page.text::jsonb as record where is_back or not is_same offset 0
  ) as parsed on true
  cross join lateral (
    select record is not null and (is_back or stored.raw is distinct from record)
      and not mps.regresses(stored.state, nullif(record ->> 'State', '')) as is_changed
  ) as compared;

  -- What is known already is not written again.
  if rejections is not null then
    select jsonb_agg(page order by page.original, page.reason) into rejections
    from jsonb_to_recordset(rejections) as page (original text, reason text)
    where not exists (
      select from mps.rejected_record as known
      where known.source = for_source and md5(known.original) = md5(page.original) and md5(known.reason) = md5(page.reason)
    );
  end if;
  if missing_ids is not null then
    select array_agg(id order by id) into missing_ids
    from mps.job
    where source = for_source and missing_since is null and id = any (missing_ids);
  end if;
  if fresh is null and changed is null and rejections is null and missing_ids is null
    and not exists (select from mps.coverage where source = for_source and not covered @> covers)
  then
    return;
  end if;

  perform from mps.lease where name = for_source and fence = for_fence for key share;
  if not found then
    fence_lost := true;
    return;
  end if;

  if rejections is not null then
    insert into mps.rejected_record (source, run_id, original, reason)
    select for_source, for_run, original, reason
    from jsonb_to_recordset(rejections) as page (original text, reason text)
    on conflict do nothing;
    get diagnostics rejected = row_count;
  end if;

  if missing_ids is not null then
    update mps.job set missing_since = now(), run_id = for_run
    where source = for_source and missing_since is null and id = any (missing_ids);
    get diagnostics marked = row_count;
  end if;

  -- One statement for new and for changed jobs: its triggers, which lock the counts, fire when all rows are written.
  with created as (
    insert into mps.job (source, id, creation_time, raw, raw_hash, run_id)
    select for_source, ids[n], to_timestamp(times[n]), line[n]::jsonb, hashtextextended(line[n], written_at), for_run
    from unnest(fresh) as n
  ),
  replaced as (
    insert into mps.job as job (source, id, creation_time, raw, raw_hash, run_id)
    select for_source, ids[n], to_timestamp(times[n]), record, hashtextextended(line[n], written_at), for_run
    from unnest(changed, records) as change (n, record)
    on conflict (id, source, creation_time) do update
      set raw = excluded.raw, raw_hash = excluded.raw_hash, changed_at = now(), missing_since = null, run_id = excluded.run_id
      where (job.missing_since is not null or job.raw is distinct from excluded.raw)
        and not mps.regresses(job.state, excluded.state)
    returning job.id
  )
  select count(*) into updated from replaced;
  if updated < cardinality(changed) then
    raise exception using errcode = 'serialization_failure',
      message = 'another writer changed a job of this page meanwhile: call again';
  end if;
  inserted := coalesce(cardinality(fresh), 0);
  unchanged := unchanged - inserted - updated;
  updated := updated + marked;
  transitions := inserted + moved;
  update mps.coverage set covered = covered + covers where source = for_source and not covered @> covers;
end $$;
