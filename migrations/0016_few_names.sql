-- Names that few jobs have are looked up, not estimated.
--
-- Why:       whether a name leads to few jobs was told by the planner, which looks at every monthly partition for that. Looking
--            for up to a hundred of them takes a tenth of the time, with a plan that the session keeps; and says when they were
--            created, so that the page is looked for in that month alone, or that there are none.
-- Locks:     none: it creates a function and replaces another, which tells more and takes what it took.
-- Time:      well under a second.
-- Roll back: mps.find_reach as in 0015; drop function mps.find_named;

-- How many jobs have a name of those asked for (NULL: any), by the first kind of name for which they are no more than `most`, of those
-- created between two moments; and when. hits: NULL where they are more, or where no name is asked for, or too many.
create function mps.find_named(
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
        select creation_time from mps.job where input_object = name and creation_time between since and latest limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  if cardinality(outputs) <= 10 then
    select count(*), min(creation_time), max(creation_time) into hits, oldest, newest
    from (
      select job.creation_time from unnest(outputs) as name cross join lateral (
        select creation_time from mps.job where output_object = name and creation_time between since and latest limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  if cardinality(find_named.user_data) <= 10 then
    select count(*), min(creation_time), max(creation_time) into hits, oldest, newest
    from (
      select job.creation_time from unnest(find_named.user_data) as name cross join lateral (
        select creation_time from mps.job where job.user_data = name and creation_time between since and latest limit most + 1
      ) as job limit most + 1
    ) as named;
    if hits <= most then return; end if;
  end if;
  hits := null;
end $$;

-- How far back a page looks, and through which index: what db/job-reach.ts says.
--
-- Asked for (NULL: any): sources, pipelines, states and codes; names in whole; when jobs changed; when they were created, until
-- being no later than the page begins. wanted: jobs to be found before the page ends. few: jobs that may all be looked at.
--
-- reach_from: NULL where no job that matters is older. facets: what all jobs of the page have for mps.to_facet, NULL where they
-- are not looked for by that. is_few: find all that match first and sort them then. is_none: there is no such job.
-- oldest, newest: when the first and the last of them were created, NULL where that is not known.
--
-- Volatile, because nothing else may ask the planner (`explain`).
drop function mps.find_reach;

create function mps.find_reach(
  sources text[], pipelines text[], states text[], codes text[], inputs text[], outputs text[], user_data text[],
  changed_from timestamptz, changed_to timestamptz, created_from timestamptz, until timestamptz, wanted bigint, few bigint,
  out reach_from timestamptz, out facets bigint[], out is_few boolean, out is_none boolean,
  out oldest timestamptz, out newest timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashagg = off
as $$
#variable_conflict use_column
declare
  since constant timestamptz := coalesce(created_from, '-infinity');
  latest constant timestamptz := coalesce(until, 'infinity');
  has_keys constant boolean := num_nonnulls(sources, pipelines, states, codes) > 0;
  asked record;
  named record;
  changes bigint;
  plan json;
  hours record;
  combinations record;
  span record;
  each bigint;
  met bigint := 0;
begin
  is_none := false;
  is_few := true;

  if num_nonnulls(inputs, outputs, user_data) > 0 then
    named := mps.find_named(inputs, outputs, user_data, since, latest, 100);
    if named.hits is not null then
      is_none := named.hits = 0;
      oldest := named.oldest;
      newest := named.newest;
      return;
    end if;
  end if;

  -- Of names that more have the planner's statistics tell; looking would take long just where it is not worth it.
  for asked in
    select name, texts
    from (values ('input_object', inputs), ('output_object', outputs), ('user_data', user_data)) as given (name, texts)
    where texts is not null
  loop
    execute format('explain (format json) select from mps.job where %I = any ($1)', asked.name)
      || case when created_from is null then '' else ' and creation_time >= $2' end
      || case when until is null then '' else ' and creation_time <= $3' end
    into plan using asked.texts, created_from, until;
    if (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 <= few then return; end if;
  end loop;

  -- Of changes the index tells. A question of its own, so that no partition is opened where it is not asked.
  if changed_from is not null then
    select count(*) into changes from (
      select from mps.job as changed
      where changed.changed_at >= find_reach.changed_from and changed.changed_at < coalesce(find_reach.changed_to, 'infinity')
      limit few + 1
    ) as changed;
    is_none := changes = 0;
    if changes <= few then return; end if;
  end if;

  -- The counts of the hours before tell of all that is not rare.
  hours := mps.walk_hours(sources, pipelines, states, codes, since, latest, wanted);
  reach_from := hours.found_from;
  -- Jobs that lie side by side are read as fast as a few that lie apart.
  if not hours.is_cut and (not has_keys or hours.total <= 5000 or hours.jobs * 4 >= hours.total) then
    is_few := false;
    return;
  end if;

  select array_agg(source) as sources, array_agg(pipeline_id) as pipelines, array_agg(state) as states, array_agg(code) as codes,
    array_agg(mps.to_facet(source, pipeline_id, state, code)) as facets
  into combinations
  from mps.list_combinations(sources, pipelines, states, codes);
  if combinations.facets is null then
    is_none := true;
    return;
  end if;
  -- Where no key is asked for, all jobs have one of these.
  is_few := has_keys;
  if has_keys then
    facets := combinations.facets;
  end if;
  if not hours.is_cut then return; end if;

  -- The counts of the days before, of each combination that there is: few jobs of long ago are found by few counts. Of days
  -- before one that is the last read of some combination, not all may be there; then more are read, up to 2,000.
  foreach each in array array[ceil(200.0 / cardinality(combinations.facets)), ceil(2000.0 / cardinality(combinations.facets))] loop
    each := greatest(each, 2);
    met := 0;
    reach_from := null;
    for span in
      select day, sum(counted.jobs)::bigint as jobs, bool_or(place = each) as is_last
      from unnest(combinations.sources, combinations.pipelines, combinations.states, combinations.codes)
        as wanted (source, pipeline_id, state, code)
      cross join lateral (
        select day, daily.jobs, row_number() over (order by day desc) as place
        from mps.job_daily as daily
        where daily.source = wanted.source and daily.pipeline_id = wanted.pipeline_id and daily.state = wanted.state
          and daily.code = wanted.code and day > since - interval '24 hours' and day < latest
        order by day desc limit each
      ) as counted
      group by day
      order by day desc
    loop
      if span.day + interval '24 hours' <= latest then
        met := met + span.jobs;
      end if;
      if met >= wanted or span.is_last then
        reach_from := span.day;
        exit;
      end if;
    end loop;
    exit when reach_from is null or met >= wanted;
  end loop;

  -- A day that alone has far more jobs than are wanted is looked at by its hours.
  if reach_from is not null and span.jobs > few then
    hours := mps.walk_hours(sources, pipelines, states, codes, greatest(since, reach_from),
      least(latest, reach_from + interval '24 hours'), wanted - (met - span.jobs));
    reach_from := coalesce(hours.found_from, reach_from);
  end if;
end $$;
