import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlainLine, toQuantity, toTimeText } from '#core/plain-text.ts';

describe('text from elsewhere as one line', () => {
  it.each([
    ['stays as it is', 'video/a b.mp4', 'video/a b.mp4'],
    ['loses line ends and tabs', 'a\r\nb\tc\u2028d\u0085e', 'a b c d e'],
    ['loses what turns its direction', 'exe.\u202egpj\u2066x\u200f', 'exe. gpj x'],
    ['loses controls, U+0000 and escapes', '\0a\u001b[31mb\u0007', 'a [31mb'],
    ['loses spaces without width', 'a\u200bb\ufeffc\u2060', 'a b c'],
    ['keeps the joiners that spell scripts and emoji', '👨\u200d👩 می\u200cخواهم', '👨\u200d👩 می\u200cخواهم'],
    ['has no half of a surrogate pair', 'a\ud800b', 'a\ufffdb'],
    ['is trimmed', '  a  ', 'a'],
  ])('%s', (_, text, line) => {
    expect(toPlainLine(text, 100)).toBe(line);
  });

  it('is cut by characters, with an ellipsis', () => {
    expect(toPlainLine('👍👍👍👍', 3)).toBe('👍👍…');
    expect(toPlainLine('👍👍👍', 3)).toBe('👍👍👍');
    expect(toPlainLine('x'.repeat(300), 100)).toBe(`${'x'.repeat(99)}…`);
  });

  it('is never longer than asked for and holds nothing unseen, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (text, most) => {
        const line = toPlainLine(text, most);
        expect([...line].length).toBeLessThanOrEqual(most);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/u);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });

  it('reads no more of a text of megabytes than it can show', () => {
    const long = `a${'\u202e'.repeat(4_000_000)}b`;
    const started = performance.now();
    for (let times = 0; times < 200; times++) expect(toPlainLine(long, 100)).toBe('a…');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('numbers and times for people', () => {
  it('count with a noun', () => {
    expect([0, 1, 12_345].map((value) => toQuantity(value, 'job'))).toEqual(['0 jobs', '1 job', '12,345 jobs']);
  });

  it('tell a moment in UTC, and that it is unknown where it is none', () => {
    expect(toTimeText(1_769_846_700)).toBe('2026-01-31 08:05:00 UTC');
    expect(toTimeText(Number.NaN)).toBe('an unknown time');
  });
});
