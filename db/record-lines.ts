import type { StorableJob } from '#core/job.ts';

const encoder = new TextEncoder();
/** Of UTF-8, for a unit of UTF-16. */
const mostBytes = 3;
const lineEnd = 0x0a;

/**
 * The records of a page as one text, a line each, in UTF-8: `pg` sends bytes as they are. Joined first and encoded then, one
 * record with a letter beyond Latin-1 would make all of them cost ten times as much.
 */
export function toRecordLines(jobs: readonly StorableJob[]): Buffer {
  const most = jobs.reduce((sum, { text }) => sum + text.length * mostBytes + 1, 0);
  const bytes = Buffer.allocUnsafe(most);
  let end = 0;
  for (const { text } of jobs) {
    if (end > 0) bytes[end++] = lineEnd;
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
  }
  return bytes.subarray(0, end);
}
