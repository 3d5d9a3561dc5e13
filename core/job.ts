import { z } from 'zod';
import { type Json, storableJson } from '#core/storable-text.ts';

/**
 * A snapshot job as MPS lists it. Only what the product cannot do without is checked; every other field is kept as
 * it came, known or not, because the record is stored whole.
 */
const identity = z.looseObject({
  Id: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^[^\s\0\p{Cs}]{1,256}$/u)),
  CreationTime: z.iso.datetime({ offset: true }),
});

export interface StorableJob {
  readonly id: string;
  /** Epoch seconds, rounded down. */
  readonly creationTime: number;
  /** The record exactly as MPS sent it, but for characters that Postgres cannot hold. */
  readonly raw: { readonly [field: string]: Json };
}

/** A record that could not be stored as it came, with its text unchanged. */
export interface Rejection {
  readonly original: string;
  readonly reason: string;
}

export interface ParsedPage {
  readonly jobs: readonly StorableJob[];
  readonly rejections: readonly Rejection[];
}

/** Sorts a page's records into jobs to store and originals to set aside. Never throws: no record fails its page. */
export function parseRecords(records: readonly unknown[]): ParsedPage {
  const jobs: StorableJob[] = [];
  const rejections: Rejection[] = [];
  for (const record of records) {
    const { job, rejection } = parseRecord(record);
    if (job) jobs.push(job);
    if (rejection) rejections.push(rejection);
  }
  return { jobs, rejections };
}

function parseRecord(record: unknown): { job?: StorableJob; rejection?: Rejection } {
  const checked = identity.safeParse(record);
  if (!checked.success) {
    const reasons = new Set(checked.error.issues.map(describeIssue));
    return { rejection: { original: toText(record), reason: [...reasons].join('; ') } };
  }
  const { value, replaced } = storableJson(record as Json);
  const job = {
    id: checked.data.Id,
    creationTime: Math.floor(Date.parse(checked.data.CreationTime) / 1000),
    raw: value as StorableJob['raw'],
  };
  if (!replaced) return { job };
  const reason = 'characters that Postgres cannot hold were replaced by U+FFFD';
  return { job, rejection: { original: toText(record), reason } };
}

/** JSON text escapes U+0000 and lone surrogates, so any record can be kept as text, to the letter. */
const toText = (record: unknown): string => JSON.stringify(record) ?? 'null';

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path[0];
  return field === undefined ? 'the record is not an object' : `${String(field)} is missing or not usable`;
}
