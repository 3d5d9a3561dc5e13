import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type CountFilter, type CountInterval, countJobs } from '#db/job-counts.ts';
import { toMoment } from '#db/moment.ts';

/** What jobs can be counted by. */
export const statDimensions = ['source', 'pipeline_id', 'state', 'code'] as const;
export type StatDimension = (typeof statDimensions)[number];

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

/**
 * Jobs counted by spans of creation time and by dimensions, oldest span first. A dimension that was not asked for is
 * NULL; of a longer value than 128 characters, those are told. `limit` guards against answers of any size.
 */
export async function selectStats(
  database: Database,
  options: { filter: CountFilter; interval: CountInterval; by: readonly StatDimension[]; limit: number },
): Promise<StatRow[]> {
  const { filter, interval, by, limit } = options;
  const columns = statDimensions.map((name) =>
    by.includes(name)
      ? sql`nullif(${sql.identifier(name)}, '') as ${sql.identifier(name)}`
      : sql`null::text as ${sql.identifier(name)}`,
  );
  const span = toSpan(interval, filter.createdFrom);
  const groups = [span, ...by.map((name) => sql`counted.${sql.identifier(name)}`)];
  return database.query<StatRow>(sql`
    select extract(epoch from ${span})::float8 as time, ${sql.join(columns, sql`, `)},
      sum(jobs)::float8 as jobs, coalesce(sum(jobs) filter (where state = 'Fail'), 0)::float8 as failed
    from (${countJobs(filter, interval)}) as counted
    group by ${sql.join(groups, sql`, `)}
    order by 1, jobs desc, 2 nulls first, 3 nulls first, 4 nulls first, 5 nulls first
    limit ${limit}::int`);
}

/** The start of a count's span, as a time: made a number, or an hour cut to its hour, for every count, a week took twice as long. */
function toSpan(interval: CountInterval, from: number): SQL {
  if (interval === 'all') return toMoment(from);
  return interval === 'hour' ? sql`counted.time` : sql`date_trunc('day', counted.time, 'UTC')`;
}
