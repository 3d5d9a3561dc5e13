import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber, parseExactJson, toJsonText, toWrittenLength } from '#core/exact-json.ts';
import { parseJson } from '#core/json.ts';
import { hostileJson } from './hostile-json.ts';

const digits = fc.stringMatching(/^\d{1,25}$/);
/** A number as JSON may write it. */
const number = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits.map((text) => text.replace(/^0+(?=.)/, '')),
    fraction: fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    exponent: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.stringMatching(/^[eE][+-]?\d{1,4}$/)),
  })
  .map(({ sign, whole, fraction, exponent }) => sign + whole + fraction + exponent);

/** Compact JSON text with numbers of any kind among all else, which may look like numbers. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    hostileJson.map((value) => JSON.stringify(value)),
    fc
      .tuple(fc.constantFrom('{"a":1.5}', '[1.5', '\\\\":1e9', ': 1234567890123456,'), number)
      .map((of) => JSON.stringify(of.join(''))),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', '\\', '":1.5')), tie('value')), {
        maxLength: 3,
        selector: ([key]) => key,
      })
      .filter((fields) => fields.every(([key]) => !/^\d+$/.test(key)))
      .map((fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
  ),
})).value;

describe('JSON read to the last digit', () => {
  it('is written again to the letter', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const inside = `{"in":${text}}`;
        expect(toJsonText(parseExactJson(inside))).toBe(inside);
      }),
    );
  });

  it('is what JSON.parse says, but for such numbers, and nothing where that throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          jsonText,
          jsonText.map((text) => text.slice(1)),
          fc.string(),
        ),
        fc.string(),
        (text, more) => {
          for (const each of [`[${text}]`, `[${text}${more}`]) {
            const expected = parseJson(each);
            const read = parseExactJson(each);
            if (expected === undefined) expect(read).toBeUndefined();
            else expect(JSON.parse(toJsonText(read))).toEqual(expected);
          }
        },
      ),
    );
  });

  it.each([
    ['{"a": 12345678901234567890}', '12345678901234567890'],
    ['{"a":\n\t1e400}', '1e400'],
    ['{"a": -0}', '-0'],
    ['{"a": 1.0}', '1.0'],
    ['{"a": 9007199254740992}', '9007199254740992'],
  ])('knows %s by its digits', (text, value) => {
    expect(parseExactJson(text)).toEqual({ a: new ExactNumber(value) });
  });

  it.each(['{"a": 9007199254740991, "b": -7}', '[0, 1]', '{"a": ": 1.5"}', '{"a": "\\":1.5, 1234567890123456"}'])(
    'has plain values of %s',
    (text) => {
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    },
  );

  it('takes the last of two fields of one name, as JSON.parse does', () => {
    expect(toJsonText(parseExactJson('{"a": 1.5, "a": 2.50, "__proto__": {"b": 1.5}}'))).toBe(
      '{"a":2.50,"__proto__":{"b":1.5}}',
    );
  });

  it('is written as null where there is nothing', () => {
    expect(toJsonText(undefined)).toBe('null');
    expect(toJsonText([undefined, '\0'])).toBe('[null,"\\u0000"]');
  });

  it('is read without its last digits where it is nested thousands of levels deep, and not lost', () => {
    const text = `{"a":1.5,"b":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(parseExactJson(text)).toMatchObject({ a: 1.5 });
  });

  it.each([
    ['1e400', 403 + 2],
    ['-1.5E-20', 28],
    ['12', 2],
    ['1e99999999999999999999', 1e20 + 22],
  ])('says how long %s would be, written out: %d at most', (text, length) => {
    expect(toWrittenLength(new ExactNumber(text))).toBe(length);
  });
});
