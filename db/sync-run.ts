import { sql } from 'drizzle-orm';
import type { Range } from '#core/range.ts';
import type { RunCounts, RunOutcome } from '#core/run.ts';
import type { Database } from '#db/client.ts';

/**
 * Opens the record of a run and closes those of earlier runs that died under way: holding the lease proves that
 * nobody works on them.
 */
export async function insertRun(database: Database, run: { source: string; fence: number }): Promise<number> {
  const rows = await database.query<{ id: number }>(sql`
    with abandoned as (
      update mps.sync_run
      set outcome = 'failed', error_code = 'crashed', error = 'the run ended without a word', finished_at = now()
      where source = ${run.source}::text and outcome is null and fence < ${run.fence}::bigint
    )
    insert into mps.sync_run (source, fence) values (${run.source}::text, ${run.fence}::bigint)
    returning id::float8 as id`);
  return rows[0]?.id ?? 0;
}

/** Leaves a trace of a run that found its source busy. */
export async function insertSkippedRun(database: Database, source: string): Promise<void> {
  await database.query(sql`
    insert into mps.sync_run (source, outcome, finished_at) values (${source}::text, 'skipped', now())`);
}

export interface RunProgress {
  readonly id: number;
  readonly window: Range | undefined;
  readonly counts: RunCounts;
}

/** Shows how far a run is, while it is under way. */
export async function updateRun(database: Database, run: RunProgress): Promise<void> {
  await database.query(sql`
    update mps.sync_run set heartbeat_at = now(), ${toAssignments(run)}
    where id = ${run.id}::bigint and outcome is null`);
}

/** Closes the record of a run. */
export async function finishRun(
  database: Database,
  run: RunProgress & { outcome: RunOutcome; errorCode?: string | undefined; error?: string | undefined },
): Promise<void> {
  await database.query(sql`
    update mps.sync_run
    set heartbeat_at = now(), finished_at = now(), outcome = ${run.outcome}::text,
      error_code = ${run.errorCode ?? null}::text, error = ${run.error ?? null}::text, ${toAssignments(run)}
    where id = ${run.id}::bigint and outcome is null`);
}

function toAssignments({ window, counts }: RunProgress) {
  return sql`
    window_from = to_timestamp(${window?.from ?? null}::float8), window_to = to_timestamp(${window?.to ?? null}::float8),
    calls = ${counts.calls}, throttled = ${counts.throttled}, pages = ${counts.pages}, read = ${counts.read},
    inserted = ${counts.inserted}, updated = ${counts.updated}, unchanged = ${counts.unchanged},
    rejected = ${counts.rejected}, transitions = ${counts.transitions}`;
}
