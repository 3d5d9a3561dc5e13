import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMpsTime, toSeconds } from '#core/clock.ts';

describe('time', () => {
  it.each([
    { epochMs: 0, seconds: 0 },
    { epochMs: 999, seconds: 0 },
    { epochMs: 1000, seconds: 1 },
    { epochMs: -1, seconds: -1 },
    { epochMs: 1_625_056_469_999, seconds: 1_625_056_469 },
  ])('in milliseconds is rounded down: $epochMs is $seconds s', ({ epochMs, seconds }) => {
    expect(toSeconds(epochMs)).toBe(seconds);
  });

  it.each([
    { seconds: 0, text: '1970-01-01T00:00:00Z' },
    { seconds: 1_625_056_469, text: '2021-06-30T12:34:29Z' },
    { seconds: 1_709_164_799, text: '2024-02-28T23:59:59Z' },
    { seconds: 4_102_444_799, text: '2099-12-31T23:59:59Z' },
  ])('is told to MPS as $text', ({ seconds, text }) => {
    expect(toMpsTime(seconds)).toBe(text);
  });

  it('is told to MPS without a fraction and to the second, whatever the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        const text = toMpsTime(seconds);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(toSeconds(Date.parse(text))).toBe(seconds);
      }),
    );
  });
});
