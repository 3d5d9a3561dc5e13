import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toKeyConditions } from '#db/job-counts.ts';
import { hasChangedWithin, type JobFilter, type TextMatch, toConditions } from '#db/job-filter.ts';

/** Jobs created within an hour or a day. */
export interface Span {
  /** Its start, in epoch seconds. */
  readonly at: number;
  /** Those that have the states, codes, pipelines and sources of a filter. */
  readonly jobs: number;
  /** All of them. */
  readonly total: number;
}

/** A source, pipeline, state and code that some job has or had, as the counts keep them, and its `mps.to_facet`. */
export interface Combination {
  readonly source: string;
  readonly pipeline_id: string;
  readonly state: string;
  readonly code: string;
  readonly facet: string;
}

/** Counts are read up to so many; about two milliseconds. */
const readCounts = 2_000;

/** The hours before a moment and their jobs, newest first, within the filter's creation time. `isCut`: there are older ones. */
export async function selectHours(
  database: Database,
  { filter, until }: { filter: JobFilter; until: number | undefined },
): Promise<{ spans: Span[]; isCut: boolean }> {
  const matches = sql.join([sql`true`, ...toKeyConditions(filter)], sql` and `);
  const rows = await database.query<Span & { counts: number }>(sql`
    select extract(epoch from hour)::float8 as at, sum(jobs)::float8 as total, count(*)::float8 as counts,
      coalesce(sum(jobs) filter (where ${matches}), 0)::float8 as jobs
    from (
      select * from mps.job_hourly where ${isWithinSpans('hour', filter, until)} order by hour desc limit ${readCounts}
    ) as recent
    group by hour
    order by hour desc`);
  const isCut = rows.reduce((counts, row) => counts + row.counts, 0) >= readCounts;
  // The last hour may be there in part.
  return { spans: isCut ? rows.slice(0, -1) : rows, isCut };
}

/**
 * The combinations there are that a filter asks for. They are found by hopping through the counts' key from one to the next:
 * what that costs depends on how many there are and not on the days counted.
 */
export async function selectCombinations(database: Database, filter: JobFilter): Promise<Combination[]> {
  return database.query<Combination>(sql`
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
    select source, pipeline_id, state, code, mps.to_facet(source, pipeline_id, state, code)::text as facet
    from combination where ${sql.join([sql`true`, ...toKeyConditions(filter)], sql` and `)}`);
}

/** The days before a moment on which there were jobs of some combinations, newest first. `isCut`: older ones may be missing. */
export async function selectDays(
  database: Database,
  options: { filter: JobFilter; until: number | undefined; combinations: readonly Combination[] },
): Promise<{ spans: Span[]; isCut: boolean }> {
  const { filter, until, combinations } = options;
  const each = Math.max(2, Math.ceil(readCounts / combinations.length));
  const values = (name: keyof Combination) => sql`${sql.param(combinations.map((row) => row[name]))}::text[]`;
  const rows = await database.query<{ at: number; jobs: number; isLast: boolean }>(sql`
    select extract(epoch from day)::float8 as at, sum(jobs)::float8 as jobs, bool_or(place = ${each}::int) as "isLast"
    from unnest(${values('source')}, ${values('pipeline_id')}, ${values('state')}, ${values('code')})
      as wanted (source, pipeline_id, state, code)
    cross join lateral (
      select day, jobs, row_number() over (order by day desc) as place
      from mps.job_daily as daily
      where daily.source = wanted.source and daily.pipeline_id = wanted.pipeline_id and daily.state = wanted.state
        and daily.code = wanted.code and ${isWithinSpans('day', filter, until)}
      order by day desc limit ${each}::int
    ) as counted
    group by day
    order by day desc`);
  const end = rows.findIndex((row) => row.isLast);
  const whole = end < 0 ? rows : rows.slice(0, end + 1);
  return { spans: whole.map(({ at, jobs }) => ({ at, jobs, total: jobs })), isCut: end >= 0 };
}

function isWithinSpans(span: 'hour' | 'day', { createdFrom }: JobFilter, until: number | undefined): SQL {
  const time = sql.identifier(span);
  const length = sql.raw(`interval '1 ${span}'`);
  return sql.join(
    [
      sql`true`,
      ...(createdFrom === undefined ? [] : [sql`${time} > to_timestamp(${createdFrom}::float8) - ${length}`]),
      ...(until === undefined ? [] : [sql`${time} <= to_timestamp(${until}::float8)`]),
    ],
    sql` and `,
  );
}

/**
 * Whether few enough jobs have a name asked for in whole, or changed in the time asked for, to be found by that alone. Of names
 * the planner's statistics tell; looking would take long just where it is not worth it. Of changes the index tells.
 */
export async function isAnIndexEnough(
  database: Database,
  { filter, atMost }: { filter: JobFilter; atMost: number },
): Promise<boolean> {
  const { createdFrom, createdTo } = filter;
  for (const name of ['inputs', 'outputs', 'userData'] as const) {
    if (!isWhole(filter[name])) continue;
    const rows = await estimate(database, { [name]: filter[name], createdFrom, createdTo });
    if (rows <= atMost) return true;
  }
  if (filter.changedFrom === undefined) return false;
  const [row] = await database.query<{ few: boolean }>(sql`
    select count(*) <= ${atMost}::int as few from (
      select from mps.job where ${sql.join(hasChangedWithin(filter), sql` and `)} limit ${atMost + 1}::int
    ) as changed`);
  return row?.few ?? false;
}

const isWhole = (match: TextMatch | undefined): boolean => match !== undefined && match.beginnings.length === 0;

/** How many rows the planner expects. */
async function estimate(database: Database, filter: JobFilter): Promise<number> {
  const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(sql`
    explain (format json) select from mps.job where ${sql.join(toConditions(filter), sql` and `)}`);
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}
