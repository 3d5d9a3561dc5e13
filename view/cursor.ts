import { z } from 'zod';
import type { JobPosition } from '#db/select-jobs.ts';

const text = z.string().regex(/^[^\0]{1,1000}$/u);
const position = z.strictObject({ t: z.number(), i: text, s: text });

/** A place in the list as text for a URL. Opaque: what it is made of may change with any release. */
export function encodeCursor({ creationTime, id, source }: JobPosition): string {
  return Buffer.from(JSON.stringify({ t: creationTime, i: id, s: source })).toString('base64url');
}

/** The place that a cursor names, or `undefined` when it is none of ours. */
export function decodeCursor(cursor: string): JobPosition | undefined {
  if (!/^[\w-]{1,8000}$/.test(cursor)) return undefined;
  try {
    const { t, i, s } = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return Math.abs(t) <= maxSeconds ? { creationTime: t, id: i, source: s } : undefined;
  } catch {
    return undefined;
  }
}

/** The last second of the year 9999: creation times are ISO texts, and Postgres takes no number at all. */
const maxSeconds = 253_402_300_799;
