import { type SQL, sql } from 'drizzle-orm';
import type { JobFilter } from '#db/job-filter.ts';
import { toMoment } from '#db/moment.ts';

/** Filters that a count knows: those of its dimensions, and a range of creation time in whole hours (UTC). */
export type CountFilter = Pick<JobFilter, 'sources' | 'pipelines' | 'states' | 'codes'> & {
  /** Epoch seconds, inclusive. */
  readonly createdFrom: number;
  /** Epoch seconds, exclusive. */
  readonly createdTo: number;
};

/** How long each counted span is; `all`: the whole range at once. */
export type CountInterval = 'hour' | 'day' | 'all';

const daySeconds = 86_400;

/**
 * How many jobs there are: rows of `time, source, pipeline_id, state, code, jobs`, `time` being the hour or, where the
 * interval lets it be, the day of creation. They come from the counts that every write keeps, so what they cost depends on
 * the time asked for and not on the jobs in it. Keys are as the counts have them: 128 characters at most, '' for NULL.
 */
export function countJobs(filter: CountFilter, interval: CountInterval): SQL {
  const { createdFrom: from, createdTo: to } = filter;
  const firstMidnight = Math.ceil(from / daySeconds) * daySeconds;
  const lastMidnight = Math.floor(to / daySeconds) * daySeconds;
  if (interval === 'hour' || lastMidnight <= firstMidnight) return countWithin('hour', filter, from, to);
  return sql`
    ${countWithin('hour', filter, from, firstMidnight)} union all
    ${countWithin('day', filter, firstMidnight, lastMidnight)} union all
    ${countWithin('hour', filter, lastMidnight, to)}`;
}

function countWithin(span: 'hour' | 'day', filter: CountFilter, from: number, to: number): SQL {
  const time = sql.identifier(span);
  const conditions = [
    sql`jobs > 0 and ${time} >= ${toMoment(from)} and ${time} < ${toMoment(to)}`,
    ...toKeyConditions(filter),
  ];
  const table = span === 'hour' ? sql`mps.job_hourly` : sql`mps.job_daily`;
  return sql`select ${time} as time, source, pipeline_id, state, code, jobs
    from ${table} where ${sql.join(conditions, sql` and `)}`;
}

/** What a filter asks of the dimensions of a count, one condition each. */
const toKeyConditions = (filter: Pick<CountFilter, 'sources' | 'pipelines' | 'states' | 'codes'>): SQL[] => [
  ...isAnyKey(sql`source`, filter.sources, false),
  ...isAnyKey(sql`pipeline_id`, filter.pipelines, true),
  ...isAnyKey(sql`state`, filter.states, true),
  ...isAnyKey(sql`code`, filter.codes, true),
];

/** A value is compared as the counts keep it; `mps.to_key` cuts it the same way. */
function isAnyKey(column: SQL, values: readonly string[] | undefined, isCut: boolean): SQL[] {
  if (values === undefined) return [];
  const given = sql`${sql.param(values)}::text[]`;
  const keys = isCut ? sql`array(select mps.to_key(value) from unnest(${given}) as value)` : given;
  return [sql`${column} = any (${keys})`];
}
