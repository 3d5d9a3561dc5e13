import fc from 'fast-check';

/** Short texts as nobody would write them, and some that mean something somewhere. */
export const hostileWord: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '0',
      '-1',
      '1e999',
      'null',
      '{}',
      '[]',
      '"',
      "'; drop table mps.job; --",
      '<script>',
      '../../etc/passwd',
      '%00',
      '%',
      '\0',
      '\r\nx: y',
      '\ud800',
      '😀',
      '9999-12-31T23:59:59Z',
      'x'.repeat(5_000),
    ),
  },
);

/** What a header may hold: anything else is refused by whoever sends it. */
export const headerWord: fc.Arbitrary<string> = hostileWord.map((word) =>
  word.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim(),
);
