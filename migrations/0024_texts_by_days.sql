-- The names that submitters choose, those of the same days side by side.
--
-- Why:       hashes are random, so that each new job went to three pages of its month that no job before it had gone to: each was read, and
--            written whole to the WAL. Now a month's jobs lie in eight parts by the day they were created, and a new job's three pages are
--            those that the jobs before it went to. docs/decisions/0026-texts-by-days.md has the figures.
--            Those who look for a text ask for report.text_key in place of the hash: docs/sql.md shows how. Functions of an earlier release
--            read all jobs of the time asked for until they are deployed anew.
-- Locks:     mps.job is locked against readers and writers until this is done: the lock that dropping an index takes is held to the end.
--            Give it a quiet moment: a sync that meets it fails its run and the next one goes on.
-- Time:      about four seconds for each million jobs.
-- Roll back: drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;
--            drop function report.text_key, report.text_keys;
--            create index job_user_data_idx on mps.job (hashtextextended(user_data, 0));
--            create index job_input_object_idx on mps.job (hashtextextended(input_object, 0));
--            create index job_output_object_idx on mps.job (hashtextextended(output_object, 0)); mps.find_named as in 0021;
--            mps.grant_reader as in 0023;
--            alter default privileges in schema report revoke execute on functions from mps_reader (the role may not be there);

-- Three bits for the day of the month, four days each; the rest is the text's hash.
create function report.text_key(creation_time timestamptz, text text) returns bigint
language sql immutable parallel safe
return (date_part('day', creation_time at time zone 'UTC')::bigint / 4 << 60) | (hashtextextended(text, 0) & (1::bigint << 60) - 1);

create function report.text_keys(text text) returns bigint[] language sql immutable strict parallel safe
return array(
  select (days << 60) | (hashtextextended(text, 0) & (1::bigint << 60) - 1) from generate_series(0::bigint, 7) as days);

comment on function report.text_key is
  'What the indexes of user_data, input_object and output_object hold of a job: when it was created, to within days, and the hash of the text';
comment on function report.text_keys is
  'The keys that jobs with this text may have: "where user_data = ''a'' and report.text_key(creation_time, user_data) = any (report.text_keys(''a''))" is answered by an index';

-- As in 0023, and the functions: Postgres lets everybody call them, but an administrator may have taken that away.
create or replace function mps.grant_reader(reader name default 'mps_reader') returns void language plpgsql as $$
begin
  if not exists (select from pg_roles where rolname = reader) then
    begin
      execute format('create role %I nologin', reader);
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise warning 'the role % was not made, because % may not create roles: run "create role % nologin" as an administrator, then "select mps.grant_reader()" as %',
          reader, current_user, reader, current_user;
        return;
    end;
  end if;
  execute format('grant usage on schema report to %I', reader);
  execute format('grant select on all tables in schema report to %I', reader);
  execute format('alter default privileges in schema report grant select on tables to %I', reader);
  execute format('grant execute on all functions in schema report to %I', reader);
  execute format('alter default privileges in schema report grant execute on functions to %I', reader);
end $$;

select mps.grant_reader() where exists (select from pg_roles where rolname = 'mps_reader');

drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;

create index job_user_data_idx on mps.job (report.text_key(creation_time, user_data));
create index job_input_object_idx on mps.job (report.text_key(creation_time, input_object));
create index job_output_object_idx on mps.job (report.text_key(creation_time, output_object));

-- As in 0021_texts_by_hash, in the words of these indexes.
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
        where report.text_key(creation_time, input_object) = any (report.text_keys(name)) and input_object = name
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
        where report.text_key(creation_time, output_object) = any (report.text_keys(name)) and output_object = name
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
        where report.text_key(creation_time, job.user_data) = any (report.text_keys(name)) and job.user_data = name
          and creation_time between since and latest
        limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  hits := null;
end $$;
