import { type SQL, sql } from 'drizzle-orm';
import { noCounts, type RunCounts, type RunOutcome } from '#core/run.ts';
import type { Database } from '#db/client.ts';

/** A run by the columns of `report.sync_run`. Moments in epoch seconds. */
export interface RunRow extends RunCounts {
  readonly id: number;
  readonly source: string;
  /** NULL while the run is under way. */
  readonly outcome: RunOutcome | null;
  readonly error_code: string | null;
  readonly error: string | null;
  readonly started_at: number;
  readonly heartbeat_at: number;
  readonly finished_at: number | null;
  readonly window_from: number | null;
  readonly window_to: number | null;
}

export interface RunFilter {
  readonly sources?: readonly string[] | undefined;
  /** `running` stands for runs that have no outcome yet. */
  readonly outcomes?: readonly (RunOutcome | 'running')[] | undefined;
}

const epoch = (column: string): SQL =>
  sql`extract(epoch from ${sql.identifier(column)})::float8 as ${sql.identifier(column)}`;
const moments = ['started_at', 'heartbeat_at', 'finished_at', 'window_from', 'window_to'].map(epoch);
const counts = ['id', ...Object.keys(noCounts)].map(
  (name) => sql`${sql.identifier(name)}::float8 as ${sql.identifier(name)}`,
);

/** Runs, newest first, from behind the run `before` on. */
export async function selectRuns(
  database: Database,
  { filter, before, limit }: { filter: RunFilter; before?: number | undefined; limit: number },
): Promise<RunRow[]> {
  const conditions = [
    sql`true`,
    ...(filter.sources ? [sql`source = any (${sql.param(filter.sources)}::text[])`] : []),
    ...(filter.outcomes ? [sql`coalesce(outcome, 'running') = any (${sql.param(filter.outcomes)}::text[])`] : []),
    ...(before === undefined ? [] : [sql`sync_run.id < ${before}::bigint`]),
  ];
  return database.query<RunRow>(sql`
    select source, outcome, error_code, error, ${sql.join([...moments, ...counts], sql`, `)}
    from report.sync_run where ${sql.join(conditions, sql` and `)}
    order by sync_run.id desc
    limit ${limit}::int`);
}
