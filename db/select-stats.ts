import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobFilter, toConditions } from '#db/job-filter.ts';

/** What jobs can be counted by. */
export const statDimensions = ['source', 'pipeline_id', 'state', 'code'] as const;
export type StatDimension = (typeof statDimensions)[number];

/** How long each counted span is; `all`: the whole range at once. */
export type StatInterval = 'hour' | 'day' | 'all';

export interface StatRow {
  /** Epoch seconds; the start of the span. */
  readonly time: number;
  readonly source: string | null;
  readonly pipeline_id: string | null;
  readonly state: string | null;
  readonly code: string | null;
  readonly jobs: number;
  /** Those of them in state `Fail`. */
  readonly failed: number;
}

/** Filters that a count knows: those of the dimensions, and a range of creation time in whole hours (UTC). */
export type StatFilter = Pick<JobFilter, 'sources' | 'pipelines' | 'states' | 'codes'> & {
  readonly createdFrom: number;
  readonly createdTo: number;
};

/**
 * Jobs counted by spans of creation time and by dimensions, oldest span first. A dimension that was not asked for is
 * NULL. `limit` guards against answers of any size.
 */
export async function selectStats(
  database: Database,
  options: { filter: StatFilter; interval: StatInterval; by: readonly StatDimension[]; limit: number },
): Promise<StatRow[]> {
  const { filter, interval, by, limit } = options;
  const columns = statDimensions.map((name) =>
    by.includes(name) ? sql.identifier(name) : sql`null::text as ${sql.identifier(name)}`,
  );
  const groups = [sql`1`, ...by.map((name) => sql.identifier(name))];
  return database.query<StatRow>(sql`
    select ${toSpan(interval, filter.createdFrom)} as time, ${sql.join(columns, sql`, `)},
      sum(jobs)::float8 as jobs, coalesce(sum(jobs) filter (where counted_state = 'Fail'), 0)::float8 as failed
    from (${countHourly(filter)}) as hourly
    group by ${sql.join(groups, sql`, `)}
    order by 1, jobs desc, ${sql.join(
      statDimensions.map((name) => sql`${sql.identifier(name)} nulls first`),
      sql`, `,
    )}
    limit ${limit}::int`);
}

/** The one place that says where counts come from. */
const countHourly = (filter: StatFilter): SQL => sql`
  select source, date_trunc('hour', creation_time, 'UTC') as hour, pipeline_id, state, state as counted_state, code,
    count(*) as jobs
  from mps.job where ${sql.join(toConditions(filter), sql` and `)}
  group by source, hour, pipeline_id, state, code`;

const toSpan = (interval: StatInterval, from: number): SQL =>
  interval === 'all'
    ? sql`${from}::float8`
    : sql`extract(epoch from date_trunc(${sql.raw(`'${interval}'`)}, hour, 'UTC'))::float8`;
