import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Range } from '#core/range.ts';
import type { RunCounts, RunOutcome } from '#core/run.ts';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { syncRun } from '#db/schema.ts';

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
  await database.queryTyped((drizzle) =>
    drizzle.insert(syncRun).values({ source, outcome: 'skipped', finishedAt: sql`now()` }),
  );
}

export interface RunProgress {
  readonly id: number;
  readonly window: Range | undefined;
  readonly counts: RunCounts;
}

/** Shows how far a run is, while it is under way. */
export async function updateRun(database: Database, run: RunProgress): Promise<void> {
  await database.queryTyped((drizzle) => drizzle.update(syncRun).set(toProgress(run)).where(isOpen(run)));
}

/** Closes the record of a run. */
export async function finishRun(
  database: Database,
  run: RunProgress & { outcome: RunOutcome; errorCode?: string | undefined; error?: string | undefined },
): Promise<void> {
  const { outcome, errorCode = null, error = null } = run;
  const end = { finishedAt: sql`now()`, outcome, errorCode, error };
  await database.queryTyped((drizzle) =>
    drizzle
      .update(syncRun)
      .set({ ...toProgress(run), ...end })
      .where(isOpen(run)),
  );
}

const isOpen = ({ id }: RunProgress) => and(eq(syncRun.id, id), isNull(syncRun.outcome));

const toProgress = ({ window, counts }: RunProgress) => ({
  ...counts,
  heartbeatAt: sql`now()`,
  windowFrom: window ? toMoment(window.from) : null,
  windowTo: window ? toMoment(window.to) : null,
});
