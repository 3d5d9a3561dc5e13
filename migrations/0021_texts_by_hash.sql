-- The names that submitters choose, found by a B-tree of their hash.
--
-- Why:       a hash index keeps what is equal in one chain of pages, and each entry that is added walks along it. Where all jobs have the
--            same user data or the same output object, a template for instance, storing one took half a millisecond beside 500,000, and
--            more with each. A B-tree keeps what is equal side by side, in less room. docs/decisions/0029-texts-by-hash.md has
--            the figures.
-- Locks:     mps.job is locked against readers and writers until this is done: the lock that dropping an index takes is held to the end.
--            Give it a quiet moment: a sync that meets it fails its run and the next one goes on.
-- Time:      about three seconds for each million jobs.
-- Roll back: drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;
--            create index job_user_data_idx on mps.job using hash (user_data);
--            create index job_input_object_idx on mps.job using hash (input_object);
--            create index job_output_object_idx on mps.job using hash (output_object); mps.find_named as in 0015;

drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;

-- A B-tree has no room for texts of any length. Those who search ask for the hash and for the text.
create index job_user_data_idx on mps.job (hashtextextended(user_data, 0));
create index job_input_object_idx on mps.job (hashtextextended(input_object, 0));
create index job_output_object_idx on mps.job (hashtextextended(output_object, 0));

-- As in 0015_reach_at_once, in the words of these indexes.
create or replace function mps.find_named(
  inputs text[], outputs text[], user_data text[], since timestamptz, latest timestamptz, most bigint,
  out hits bigint, out oldest timestamptz, out newest timestamptz)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  if cardinality(inputs) <= 10 then
    select count(*), min(creation_time), max(creation_time) into hits, oldest, newest
    from (
      select job.creation_time from unnest(inputs) as name cross join lateral (
        select creation_time from mps.job
        where hashtextextended(input_object, 0) = hashtextextended(name, 0) and input_object = name
          and creation_time between since and latest
        limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  if cardinality(outputs) <= 10 then
    select count(*), min(creation_time), max(creation_time) into hits, oldest, newest
    from (
      select job.creation_time from unnest(outputs) as name cross join lateral (
        select creation_time from mps.job
        where hashtextextended(output_object, 0) = hashtextextended(name, 0) and output_object = name
          and creation_time between since and latest
        limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  if cardinality(find_named.user_data) <= 10 then
    select count(*), min(creation_time), max(creation_time) into hits, oldest, newest
    from (
      select job.creation_time from unnest(find_named.user_data) as name cross join lateral (
        select creation_time from mps.job
        where hashtextextended(job.user_data, 0) = hashtextextended(name, 0) and job.user_data = name
          and creation_time between since and latest
        limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  hits := null;
end $$;
