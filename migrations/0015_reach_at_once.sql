-- How far back a page of jobs looks, decided in one call.
--
-- Why:       the view asked four questions for it, one after the other, and each cost a round trip and was planned anew: more
--            than finding the jobs. What a function has planned is kept by the session, behind a pooler too.
--            Up to a hundred jobs of a name are looked up, which takes a tenth of what the planner takes to estimate them
--            over every monthly partition. docs/decisions/0043-one-call-decides-the-reach.md has the figures.
-- Locks:     none: it only creates.
-- Time:      well under a second.
-- Roll back: drop function mps.find_reach, mps.find_named, mps.walk_hours, mps.list_combinations; (the release before asks in its own words)

-- The combinations of source, pipeline, state and code that some job has or had, of those asked for (NULL: any). They are
-- found by hopping through the counts' key from one to the next: what that costs depends on how many there are and not on the
-- days counted.
create function mps.list_combinations(sources text[], pipelines text[], states text[], codes text[])
returns table (source text, pipeline_id text, state text, code text)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
    with recursive combination as (
      (select source, pipeline_id, state, code from mps.job_daily order by 1, 2, 3, 4 limit 1)
      union all
      select next.* from combination as last cross join lateral (
        select source, pipeline_id, state, code from mps.job_daily as daily
        where (daily.source, daily.pipeline_id, daily.state, daily.code)
          > (last.source, last.pipeline_id, last.state, last.code)
        order by 1, 2, 3, 4 limit 1
      ) as next
    )
    select source, pipeline_id, state, code from combination
    where (sources is null or source = any (sources)) and (pipelines is null or pipeline_id = any (pipelines))
      and (states is null or state = any (states)) and (codes is null or code = any (codes));
end $$;

-- Walks back through the hours from `until` to `since`, to the one from which on there are as many jobs as are wanted, of the
-- sources, pipelines, states and codes asked for (NULL: any). An hour that is not wholly before `until` may not count.
-- found_from: NULL where there are not so many. jobs, total: those asked for and all, in the hours walked through.
-- is_cut: it gave up after 600 counts; most pages end after fewer, and what is as rare is told by the days sooner.
create function mps.walk_hours(
  sources text[], pipelines text[], states text[], codes text[], since timestamptz, until timestamptz, wanted bigint,
  out found_from timestamptz, out jobs bigint, out total bigint, out is_cut boolean)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashagg = off
as $$
declare
  most constant bigint := 600;
  walked bigint := 0;
  met bigint := 0;
  span record;
begin
  jobs := 0;
  total := 0;
  is_cut := false;
  for span in
    select hour, count(*) as counts, sum(recent.jobs)::bigint as total,
      coalesce(sum(recent.jobs) filter (where
        (sources is null or source = any (sources)) and (pipelines is null or pipeline_id = any (pipelines))
        and (states is null or state = any (states)) and (codes is null or code = any (codes))), 0)::bigint as jobs
    from (
      select * from mps.job_hourly
      where hour > since - interval '1 hour' and hour < until
      order by hour desc limit most
    ) as recent
    group by hour
    order by hour desc
  loop
    walked := walked + span.counts;
    if walked >= most then
      -- This hour may be there in part.
      is_cut := true;
      return;
    end if;
    total := total + span.total;
    jobs := jobs + span.jobs;
    if span.hour + interval '1 hour' <= until then
      met := met + span.jobs;
    end if;
    if met >= wanted then
      found_from := span.hour;
      return;
    end if;
  end loop;
end $$;

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
