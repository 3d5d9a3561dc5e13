import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '#core/exact-json.ts';
import type { Json } from '#core/json.ts';
import { maxDigits, storableJson } from '#core/storable-text.ts';
import { hostileJson } from './hostile-json.ts';

/** Every text in a value, keys included. */
function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, field]) => [key, ...textsOf(field)]);
}

const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** What JSON text would need an escape to tell apart from U+0000 or a surrogate. */
const looksEscaped = (text: string) => /\\u(0000|d[89a-f])/i.test(text);

describe('text made storable', () => {
  it('holds nothing that Postgres refuses, in keys as in values', () => {
    fc.assert(
      fc.property(hostileJson, (value) => {
        expect(textsOf(storableJson(value).value).filter((text) => !isStorable(text))).toEqual([]);
      }),
    );
  });

  it('is told to be replaced exactly when a character was', () => {
    fc.assert(
      fc.property(hostileJson, (value) => {
        const { value: stored, replaced } = storableJson(value);
        expect(replaced).toBe(!textsOf(value).every(isStorable));
        expect(JSON.stringify(stored) === JSON.stringify(value)).toBe(!replaced);
      }),
    );
  });

  it('is the very value that came where it was storable already', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as Json;
        fc.pre(textsOf(value).every((text) => isStorable(text) && !looksEscaped(text)));
        expect(storableJson(value).value).toBe(value);
      }),
    );
  });

  it('is not changed by being made storable again', () => {
    fc.assert(
      fc.property(hostileJson, (value) => {
        const once = storableJson(value).value;
        expect(storableJson(once)).toEqual({ value: once, text: JSON.stringify(once), replaced: false });
      }),
    );
  });

  it.each<{ what: string; value: Json; stored: Json }>([
    { what: 'U+0000 alone', value: '\0', stored: '\ufffd' },
    { what: 'each U+0000 of several', value: 'a\0b\0', stored: 'a\ufffdb\ufffd' },
    { what: 'a high surrogate without its low one', value: 'a\ud83d', stored: 'a\ufffd' },
    { what: 'a low surrogate without its high one', value: '\ude00a', stored: '\ufffda' },
    { what: 'the first and the last surrogate', value: '\ud800-\udfff', stored: '\ufffd-\ufffd' },
    { what: 'surrogates in the wrong order', value: '\ude00\ud83d', stored: '\ufffd\ufffd' },
    { what: 'one lone surrogate beside a pair', value: '\ud83d\ud83d\ude00', stored: '\ufffd\ud83d\ude00' },
    { what: 'a key', value: { 'a\0': 1 }, stored: { 'a\ufffd': 1 } },
    { what: 'a text deep inside', value: { a: [{ b: ['\0'] }], c: null }, stored: { a: [{ b: ['\ufffd'] }], c: null } },
    { what: 'U+0000 behind a literal backslash', value: '\\\0', stored: '\\\ufffd' },
  ])('has U+FFFD for $what', ({ value, stored }) => {
    expect(storableJson(value)).toEqual({ value: stored, text: JSON.stringify(stored), replaced: true });
  });

  it.each<{ what: string; value: Json }>([
    { what: 'a backslash and the text u0000', value: '\\u0000' },
    { what: 'two backslashes and the text u0000', value: '\\\\u0000' },
    { what: 'a backslash and the text ud800, as a key', value: { '\\ud800': '\\uDFFF' } },
    { what: 'a surrogate pair', value: '\ud83d\ude00' },
    { what: 'other control characters', value: '\u0001\b\t\n\f\r\u001f\u007f\u2028\ufeff\uffff' },
    { what: 'U+FFFD itself', value: '\ufffd' },
    { what: 'the digits 0000', value: 'u0000 d800' },
    { what: 'no text at all', value: [null, true, 0, -1.5e-300, {}, []] },
  ])('keeps $what', ({ value }) => {
    expect(storableJson(value)).toEqual({ value, text: JSON.stringify(value), replaced: false });
  });

  it('keeps a field called __proto__ a field', () => {
    const value = JSON.parse('{"__proto__": {"a": "\\u0000"}}') as Json;
    expect(JSON.stringify(storableJson(value).value)).toBe('{"__proto__":{"a":"\ufffd"}}');
  });
});

describe('numbers made storable', () => {
  const longest = '1'.repeat(maxDigits);

  it.each([
    ['by its digits, as it came', '{"n":1.50}', '{"n":1.50}'],
    ['with as many digits as are kept', `{"n":${longest}}`, `{"n":${longest}}`],
    ['with one more, as null', `{"n":${longest}1}`, '{"n":null}'],
    ['that a few letters make as long, as null', '{"n":[1e999999]}', '{"n":[null]}'],
    ['beside a text that is replaced', '{"n":1e400,"t":"\\u0000"}', '{"n":1e400,"t":"\ufffd"}'],
  ])('one is kept %s', (_, text, kept) => {
    const stored = storableJson(parseExactJson(text) as Json);
    expect(stored.text).toBe(kept);
    expect(stored.replaced).toBe(kept !== text);
  });
});
