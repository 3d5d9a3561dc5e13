import { stringifyChunked } from '@discoveryjs/json-ext';
import * as z from 'zod';
import { ExactNumber, toJsonText } from '#core/exact-json.ts';
import type { Json } from '#core/json.ts';
import { maxDigits, storableJson } from '#core/storable-text.ts';

/** Offsets of 16 hours and more are refused by Postgres, finer fractions than microseconds rounded up. */
const readableByPostgres = /:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):\d{2})$/;

/** Creation times outside of these cannot be moments of a job; 1970 itself, a common placeholder, is stored. */
const earliest = 0;
const latest = Date.UTC(2100) / 1000;

/**
 * A snapshot job as MPS lists it. Only what the product cannot do without is checked; every other field is kept as
 * it came, known or not, because the record is stored whole.
 */
const identity = z.looseObject({
  /** A number names a job by its digits, however many; where it came as a double beyond 2^53, they are lost. */
  Id: z
    .union([z.string(), z.int(), z.instanceof(ExactNumber).refine(({ value }) => /^-?[1-9]\d*$/.test(value))])
    .transform(String)
    .pipe(z.string().regex(/^[^\s\0\p{Cs}]{1,256}$/u)),
  CreationTime: z.iso
    .datetime({ offset: true })
    .regex(readableByPostgres)
    .transform((text) => Math.floor(Date.parse(text) / 1000))
    .pipe(z.int().min(earliest).lt(latest)),
});

export interface StorableJob {
  readonly id: string;
  /** Epoch seconds, rounded down. */
  readonly creationTime: number;
  /** The record exactly as MPS sent it, but for characters and numbers that Postgres cannot hold. */
  readonly raw: { readonly [field: string]: Json };
  /** `raw` as JSON, on one line: a record is checked as text and stored as text, so it is made once. */
  readonly text: string;
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
    const { job, rejection } = tryParseRecord(record);
    if (job) jobs.push(job);
    if (rejection) rejections.push(rejection);
  }
  return { jobs, rejections };
}

interface ParsedRecord {
  readonly job?: StorableJob;
  readonly rejection?: Rejection;
}

/** Postgres gives up on JSON some thousands of levels deep; documented records have five. */
const maxDepth = 500;

function tryParseRecord(record: unknown): ParsedRecord {
  const reason = `the record is nested deeper than ${maxDepth} levels, or no JSON`;
  try {
    return isDeeper(record, maxDepth) ? { rejection: { original: toText(record), reason } } : parseRecord(record);
  } catch {
    return { rejection: { original: '', reason } };
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((field) => isDeeper(field, levels - 1));
}

function parseRecord(record: unknown): ParsedRecord {
  const checked = identity.safeParse(record);
  if (!checked.success) {
    const reasons = new Set(checked.error.issues.map(describeIssue));
    return { rejection: { original: toText(record), reason: [...reasons].join('; ') } };
  }
  const { value, text, replaced } = storableJson(record as Json);
  const job = {
    id: checked.data.Id,
    creationTime: checked.data.CreationTime,
    raw: value as StorableJob['raw'],
    text,
  };
  if (!replaced) return { job };
  const reason = `what Postgres cannot hold was replaced: characters by U+FFFD, numbers of over ${maxDigits} digits by null`;
  return { job, rejection: { original: toText(record), reason } };
}

/** JSON text escapes U+0000 and lone surrogates, so any record can be kept as text, to the letter. */
function toText(record: unknown): string {
  try {
    return toJsonText(record);
  } catch {
    // It calls itself a level of nesting; this one does not, and is slower.
    return [...stringifyChunked(record)].join('');
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path[0];
  return field === undefined ? 'the record is not an object' : `${String(field)} is missing or not usable`;
}
