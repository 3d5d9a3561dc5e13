import type { StorableJob } from '#core/job.ts';

const encoder = new TextEncoder();
const lineEnd = 0x0a;

/**
 * The records of a page as one text, a line each, in UTF-8: `pg` sends bytes as they are. Joined first and encoded then, one
 * record with a letter beyond Latin-1 would make all of them cost ten times as much.
 */
export function toRecordLines(jobs: readonly StorableJob[]): Buffer {
  // Exactly what is needed: three times as much, to be safe without counting, had V8 collect garbage every few pages.
  const size = jobs.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, -1);
  const bytes = Buffer.allocUnsafe(Math.max(size, 0));
  let end = 0;
  for (const { text } of jobs) {
    if (end > 0) bytes[end++] = lineEnd;
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
  }
  return bytes;
}
