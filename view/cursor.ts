import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { JobPosition } from '#db/select-jobs.ts';
import { badParameter, RefusalError } from '#view/problem.ts';

/** May be empty: a place behind which every job of a moment lies. */
const text = z.string().regex(/^[^\0]{0,1000}$/u);

/** What a cursor can hold. */
const payloads = {
  /** A place in a list of jobs; seconds end with the year 9999: creation times are ISO texts, and Postgres takes no number at all. */
  position: z
    .tuple([z.number().min(-253_402_300_799).max(253_402_300_799), text, text])
    .transform(([creationTime, id, source]): JobPosition => ({ creationTime, id, source })),
  /** A place in a list that is ordered by its numbers: of runs, or of alerts. */
  number: z.tuple([z.int().positive()]).transform(([id]) => id),
};

/**
 * Places in lists as texts for URLs. Opaque (what they are made of may change with any release) and signed, together
 * with the list they belong to: a cursor that was changed, or that is used with other filters, is refused.
 */
export interface Cursors {
  write(list: string, payload: readonly (string | number)[]): string;
  /** Throws a refusal. */
  readPosition(list: string, cursor: string | undefined): JobPosition | undefined;
  readNumber(list: string, cursor: string | undefined): number | undefined;
}

const tagBytes = 12;

/** `secret` must be the same in every instance that shares an address. */
export function createCursors(secret: string): Cursors {
  const key = createHmac('sha256', secret).update('mps-sync cursor').digest();
  const sign = (list: string, body: Buffer) =>
    createHmac('sha256', key).update(`${list}\0`).update(body).digest().subarray(0, tagBytes);
  const read = <T>(schema: z.ZodType<T>, list: string, cursor: string | undefined): T | undefined => {
    if (cursor === undefined) return undefined;
    const bytes = Buffer.from(cursor, 'base64url');
    const [tag, body] = [bytes.subarray(0, tagBytes), bytes.subarray(tagBytes)];
    if (tag.length < tagBytes || !timingSafeEqual(tag, sign(list, body))) throw new RefusalError(notACursor);
    return schema.parse(JSON.parse(body.toString('utf8')));
  };
  return {
    write: (list, payload) => {
      const body = Buffer.from(JSON.stringify(payload));
      return Buffer.concat([sign(list, body), body]).toString('base64url');
    },
    readPosition: (list, cursor) => read(payloads.position, list, cursor),
    readNumber: (list, cursor) => read(payloads.number, list, cursor),
  };
}

export const toPayload = ({ creationTime, id, source }: JobPosition) => [creationTime, id, source] as const;

const notACursor = badParameter(
  '"cursor" must be the next_cursor of an earlier answer, unchanged, with the same filters as then.',
);

/** The list that a query asks for: everything of it that chooses or orders, in one form. */
export function toListName(path: string, query: URLSearchParams): string {
  const chosen = [...query].filter(([name]) => !['cursor', 'limit', 'include', 'format'].includes(name));
  return JSON.stringify([path, ...chosen.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))]);
}
