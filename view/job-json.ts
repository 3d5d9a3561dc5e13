import type { JobRow } from '#db/select-jobs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

/** A job as the API gives it: the columns of `report.job`, moments as RFC 3339 texts in UTC. */
export const toJobJson = (row: JobRow) => ({
  ...row,
  creation_time: toRfc3339(row.creation_time),
  first_seen_at: toRfc3339(row.first_seen_at),
  changed_at: toRfc3339(row.changed_at),
  missing_since: toRfc3339(row.missing_since),
});

export const toTransitionJson = (row: TransitionRow) => ({
  ...row,
  previous_observed_at: toRfc3339(row.previous_observed_at),
  observed_at: toRfc3339(row.observed_at),
});
