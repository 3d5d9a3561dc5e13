import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';

/** The runs of one source that ended one way. */
export interface RunTotalRow {
  readonly source: string;
  /** `running` while it is under way. */
  readonly outcome: string;
  readonly runs: number;
  readonly calls: number;
  readonly throttled: number;
}

/** Runs begun at or after a moment (epoch seconds), by source and outcome. */
export async function selectRunTotals(database: Database, startedFrom: number): Promise<RunTotalRow[]> {
  return database.query<RunTotalRow>(sql`
    select source, coalesce(outcome, 'running') as outcome, count(*)::float8 as runs,
      sum(calls)::float8 as calls, sum(throttled)::float8 as throttled
    from mps.sync_run where started_at >= ${toMoment(startedFrom)}
    group by 1, 2 order by 1, 2`);
}
