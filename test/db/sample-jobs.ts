import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseRecords, type StorableJob } from '#core/job.ts';

/** The response that MPS documents for the operation. */
export const documentedAnswer = JSON.parse(
  readFileSync(new URL('../fixtures/query-snapshot-job-list.documented.json', import.meta.url), 'utf8'),
) as { SnapshotJobList: { SnapshotJob: Record<string, unknown>[] } };

export const documentedRecord = documentedAnswer.SnapshotJobList.SnapshotJob[0] ?? {};

/** A job like the documented one, with an id of its own. */
export function makeRecord(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...documentedRecord, Id: randomUUID().replaceAll('-', ''), ...fields };
}

export const toJobs = (...records: Record<string, unknown>[]): readonly StorableJob[] => parseRecords(records).jobs;
