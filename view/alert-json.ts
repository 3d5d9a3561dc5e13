import type { AlertGroupRow } from '#db/select-alerts.ts';
import { toRfc3339 } from '#view/rfc3339.ts';
import type { AlertJson } from '#view/schemas/alert.ts';

/** An alert as the API gives it. */
export const toAlertJson = ({ examples, ...row }: AlertGroupRow): AlertJson => ({
  ...row,
  starts_at: toRfc3339(row.starts_at),
  ends_at: toRfc3339(row.ends_at),
  active_at: toRfc3339(row.active_at),
  notified_at: toRfc3339(row.notified_at),
  examples: examples.map(({ id, creationTime, inputObject, message }) => ({
    job_id: id,
    creation_time: toRfc3339(creationTime),
    input_object: inputObject,
    message,
  })),
});
