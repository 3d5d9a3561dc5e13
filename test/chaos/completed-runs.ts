import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** A run that called itself completed. Times in epoch ms; `null` for a bound that its window lacks. */
export interface CompletedRun {
  readonly id: string;
  readonly source: string;
  readonly started: number;
  readonly finished: number;
  readonly from: number | null;
  readonly to: number | null;
}

export const selectCompletedRuns = (database: Database): Promise<CompletedRun[]> =>
  database.query<CompletedRun>(sql`
    select id::text, source,
      extract(epoch from started_at)::float8 * 1000 as started,
      extract(epoch from finished_at)::float8 * 1000 as finished,
      extract(epoch from window_from)::float8 * 1000 as from,
      extract(epoch from window_to)::float8 * 1000 as to
    from mps.sync_run where outcome = 'completed' order by id`);
