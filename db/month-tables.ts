import { sql } from 'drizzle-orm';

/**
 * Tables with the name of a month that there is, of jobs or of their history, in whatever schema: its first day (`day`) and end (`ends_at`),
 * whether they are partitions, and whether `detach … concurrently` left them half detached.
 */
export const monthTables = sql`(
  select relname, relnamespace, relkind, day, upper(mps.to_month(day)) as ends_at,
    inhrelid is not null as is_partition, coalesce(inhdetachpending, false) as is_half_detached
  from pg_class
  left join pg_inherits on inhrelid = oid
  cross join lateral regexp_match(relname, '^(?:job|job_transition)_y((?!0000)[0-9]{4})m(0[1-9]|1[0-2])$') as match
  cross join lateral make_date((match)[1]::int, (match)[2]::int, 1) as day
  where match is not null
    and (inhrelid is null or inhparent in ('mps.job'::regclass, 'mps.job_transition'::regclass))
)`;
