import * as z from 'zod';
import { AppError } from '#core/errors.ts';
import { isEmpty, type Range } from '#core/range.ts';
import { moment } from '#core/variable-kinds.ts';

/** A time with its offset, or a date, which means its midnight in UTC: what both V8 and ISO 8601 say of it. */
const momentOrDate = z.union([moment, z.iso.date().refine((text) => Date.parse(text) >= 0)]);

/** A moment that somebody typed, in epoch seconds. Throws `usage`, which names the option and what it wants. */
export function parseMoment(option: string, text: string): number {
  const parsed = momentOrDate.safeParse(text.trim());
  if (parsed.success) return Math.floor(Date.parse(parsed.data) / 1000);
  const wants = 'a date such as 2026-01-31 (midnight UTC) or a time such as 2026-01-31T08:00:00+08:00, 1970 or later';
  throw new AppError('usage', `${option} must be ${wants}`);
}

/** What `--since` and `--until` ask for. Moments in epoch seconds. */
export interface WantedRange {
  readonly since: number;
  /** `undefined` is up to the newest moment there is. */
  readonly until: number | undefined;
  readonly now: number;
  /** Nothing later can be complete yet: an end beyond it is moved there. */
  readonly newest: number;
}

/** The range of creation time that was asked for. Throws `usage` when it holds nothing. */
export function toRange({ since, until, now, newest }: WantedRange): Range {
  if (since > now) throw new AppError('usage', '--since is in the future');
  if (until !== undefined && since >= until) throw new AppError('usage', '--since must be before --until');
  const range = { from: since, to: Math.min(until ?? newest, newest) };
  if (!isEmpty(range)) return range;
  throw new AppError('usage', `--since must be more than ${now - newest} s ago: what is newer is not settled yet`);
}
