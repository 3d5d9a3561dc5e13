import { LosslessNumber, parse, stringify } from 'lossless-json';
import { parseJson } from '#core/json.ts';

/**
 * A JSON number by its digits, where a double may not give them back: `12345678901234567890`, `1e400`, `1.50`. MPS documents
 * numbers in one list only, of whole milliseconds, so these are rare.
 */
export class ExactNumber extends LosslessNumber {
  /** No JSON yet, but told from it by the U+0000 that `toJsonText` looks for. */
  toJSON(): string {
    return `\0${this.value}`;
  }
}

const toNumber = (text: string): number | ExactNumber => {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : new ExactNumber(text);
};

/** Where there may be a number that a double does not hold: with a fraction, an exponent, sixteen digits or -0. */
const inexact = /[:,[ \t\r\n](?:-0|-?(?:\d{16}|\d+[.eE]))/;
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * What JSON text says, to the last digit; `undefined` where it is none. Text in which no number needs it, which is nearly all, is
 * read by `JSON.parse`, at a fifth more; the library takes ten times as long (docs/decisions/0027-numbers-by-their-digits.md). Strings that look like numbers cost one more scan.
 */
export function parseExactJson(text: string): unknown {
  const value = parseJson(text);
  if (value === undefined || !inexact.test(text)) return value;
  try {
    if (!inexact.test(text.replace(strings, ' '))) return value;
    return parse(text, null, { parseNumber: toNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    // It calls itself a level of nesting, and what is nested thousands of levels deep is set aside anyway.
    return value;
  }
}

/** JSON text of a value that `parseExactJson` may have read. */
export function toJsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  // What has such a text is no lone undefined, the one value that has no JSON.
  return text.includes('\\u0000') ? (stringify(value, null, indent) as string) : text;
}

/** Digits of a number written out, without an exponent, at least: what Postgres would store and show. */
export const toWrittenLength = ({ value }: ExactNumber): number =>
  value.length + Math.abs(Number(/[eE](.+)/.exec(value)?.[1] ?? 0));
