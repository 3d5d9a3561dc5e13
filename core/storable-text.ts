import { ExactNumber, toJsonText, toWrittenLength } from '#core/exact-json.ts';
import type { Json } from '#core/json.ts';

/**
 * In JSON text as `JSON.stringify` writes it, an escape of U+0000 or of a lone surrogate: jsonb refuses both. An exact number has the
 * former until `toJsonText` has written it.
 */
const unstorableEscape = /\\u(?:0000|d[89a-f])/i;

/** Digits of a number written out. Postgres holds 131,072 before the point and shows each: a few bytes would become a page. */
export const maxDigits = 1_000;

const replaceUnstorable = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();

/**
 * A JSON value in which every character that Postgres cannot hold in `jsonb` (U+0000, lone surrogates) is U+FFFD,
 * in keys too, and every number of too many digits null, with its JSON text, which is one line; `replaced` tells whether
 * there was any. The common case costs one `JSON.stringify` and one scan.
 */
export function storableJson(value: Json): { value: Json; text: string; replaced: boolean } {
  const original = JSON.stringify(value);
  if (!unstorableEscape.test(original)) return { value, text: original, replaced: false };
  const cleaned = clean(value);
  const text = toJsonText(cleaned);
  return { value: cleaned, text, replaced: text !== toJsonText(value) };
}

function clean(value: Json): Json {
  if (typeof value === 'string') return replaceUnstorable(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof ExactNumber) return toWrittenLength(value) > maxDigits ? null : value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [replaceUnstorable(key), clean(field)]));
}
