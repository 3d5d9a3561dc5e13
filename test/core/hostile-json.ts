import fc from 'fast-check';
import type { Json } from '#core/json.ts';

/** UTF-16 code units, halves of surrogate pairs included, and texts that only look like their escapes. */
const unit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', '\\', 'u0000', '\\u0000', '\\ud83d', '"', '\n', '\ufffd', '😀') },
  { weight: 1, arbitrary: fc.constant('\0') },
  { weight: 2, arbitrary: fc.integer({ min: 0xd7ff, max: 0xe000 }).map((code) => String.fromCharCode(code)) },
);
const text = fc.array(unit, { maxLength: 5 }).map((units) => units.join(''));

/** JSON values full of characters that Postgres cannot hold, and of their neighbours that it can. */
export const hostileJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.constantFrom<Json>(null, true, 0, -1.5),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;
