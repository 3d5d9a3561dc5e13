import type { JobRow } from '#db/select-jobs.ts';
import type { RunRow } from '#db/select-runs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import { toRfc3339 } from '#view/rfc3339.ts';
import type { JobJson, TransitionJson } from '#view/schemas/job.ts';
import type { RunJson } from '#view/schemas/sync.ts';

/** A job as the API gives it: the columns of `report.job`, moments as RFC 3339 texts in UTC. */
export const toJobJson = ({ raw, ...row }: JobRow): JobJson => ({
  ...row,
  creation_time: toRfc3339(row.creation_time),
  first_seen_at: toRfc3339(row.first_seen_at),
  changed_at: toRfc3339(row.changed_at),
  missing_since: toRfc3339(row.missing_since),
  ...(raw === undefined ? {} : { raw: raw as Record<string, unknown> }),
});

export const toTransitionJson = (row: TransitionRow): TransitionJson => ({
  ...row,
  previous_observed_at: toRfc3339(row.previous_observed_at),
  observed_at: toRfc3339(row.observed_at),
});

export const toRunJson = (row: RunRow): RunJson => ({
  ...row,
  started_at: toRfc3339(row.started_at),
  heartbeat_at: toRfc3339(row.heartbeat_at),
  finished_at: toRfc3339(row.finished_at),
  window_from: toRfc3339(row.window_from),
  window_to: toRfc3339(row.window_to),
});
