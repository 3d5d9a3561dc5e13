import { asRecord } from './record.ts';
import { isSecretKey, REDACTED, redactText } from './redact.ts';

/**
 * The longest log line, in bytes of UTF-8. Function Compute's documented limit for a single log line is
 * 32 KB, and half a JSON object is none.
 */
export const MAX_LINE_BYTES = 32_000;

const STRING_LIMITS = [8_192, 1_024, 256, 64];
const MAX_DEPTH = 20;
const ESSENTIAL = ['level', 'time', 'requestId', 'functionName', 'msg'];

/** One JSON log line with credentials redacted and, where it would be too long, its strings shortened. */
export function toCleanLine(line: string): string {
  const entry = parseEntry(line);
  for (const limit of STRING_LIMITS) {
    const text = JSON.stringify(cleanValue(entry, limit, 0));
    if (Buffer.byteLength(text) <= MAX_LINE_BYTES) return `${text}\n`;
  }
  const essential = Object.entries(entry).filter(
    ([key, value]) => ESSENTIAL.includes(key) && typeof value === 'string',
  );
  const shortened = asRecord(cleanValue(Object.fromEntries(essential), 256, 0));
  return `${JSON.stringify({ ...shortened, truncated: true })}\n`;
}

function parseEntry(line: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(line)) ?? { msg: line };
  } catch {
    return { msg: line };
  }
}

function cleanValue(value: unknown, limit: number, depth: number): unknown {
  if (typeof value === 'string') return shorten(redactText(value), limit);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, limit, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      isSecretKey(key) && each !== null && typeof each !== 'boolean' ? REDACTED : cleanValue(each, limit, depth + 1),
    ]),
  );
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… [${text.length - limit} more characters]`;
}
