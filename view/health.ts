import type { GapRow } from '#db/select-gaps.ts';
import type { SourceRow } from '#db/select-health.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

/** A copy is stale when no run has completed for so long. The timer runs every minute. */
export const staleAfterSeconds = 600;

/**
 * `empty`: nothing was read completely yet. `stale`: some source has had no completed run for ten minutes, or never.
 * `ok`: neither.
 */
export type Freshness = 'ok' | 'stale' | 'empty';

/** The freshness of one source at a moment in epoch seconds. */
export function decideFreshness(row: SourceRow, now: number): Freshness {
  if (row.covered_to === null) return 'empty';
  const isFresh = row.last_completed_at !== null && now - row.last_completed_at <= staleAfterSeconds;
  return isFresh ? 'ok' : 'stale';
}

/** The freshness of the whole copy: that of its worst source, as long as there is anything in it. */
export function decideOverallFreshness(rows: readonly SourceRow[], now: number): Freshness {
  const all = rows.map((row) => decideFreshness(row, now));
  if (all.every((one) => one === 'empty')) return 'empty';
  return all.every((one) => one === 'ok') ? 'ok' : 'stale';
}

/**
 * Seconds from what was read last to now; while nothing was, from the first run's start, so that a source that never reads a page
 * lags too. A source of several minutes' lag still may be complete up to there. One without any may have runs that break off
 * after their first page, which `looked_at` tells.
 */
export const toLagSeconds = (row: SourceRow, now: number): number | null =>
  row.lags_since === null ? null : Math.max(0, Math.round((now - row.lags_since) * 1000) / 1000);

/** A source as `/v1/health` gives it. */
export const toSourceJson = (row: SourceRow, gaps: readonly GapRow[], now: number) => ({
  source: row.source,
  status: decideFreshness(row, now),
  since: toRfc3339(row.since),
  covered_to: toRfc3339(row.covered_to),
  lag_seconds: toLagSeconds(row, now),
  looked_at: toRfc3339(row.looked_at),
  gap_seconds: row.gap_seconds,
  gaps: gaps
    .filter((gap) => gap.source === row.source)
    .map((gap) => ({ from: toRfc3339(gap.gap_from), to: toRfc3339(gap.gap_to) })),
  open_jobs: row.open_jobs,
  last_run:
    row.last_started_at === null
      ? null
      : {
          outcome: row.last_outcome,
          started_at: toRfc3339(row.last_started_at),
          finished_at: toRfc3339(row.last_finished_at),
          error_code: row.last_error_code,
        },
  last_completed_at: toRfc3339(row.last_completed_at),
});
