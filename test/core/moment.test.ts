import { describe, expect, it } from 'vitest';
import { parseMoment, toRange } from '#core/moment.ts';

describe('a moment that somebody types', () => {
  const understood: [string, string][] = [
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    [' 2026-01-31T08:00:00+08:00 ', '2026-01-31T00:00:00Z'],
    ['2026-01-31T00:00:00.999Z', '2026-01-31T00:00:00Z'],
    ['1970-01-01', '1970-01-01T00:00:00Z'],
  ];
  it.each(understood)('%s is %s', (text, expected) => {
    expect(parseMoment('--since', text)).toBe(Date.parse(expected) / 1000);
  });

  it.each(['', 'today', '2026-1-31', '2026-02-30', '2026-01-31T08:00:00', '1969-12-31', '1700000000'])(
    'is refused when it is %j',
    (text) => {
      expect(() => parseMoment('--until', text)).toThrow(/^--until must be a date such as/);
    },
  );
});

describe('the range that is asked for', () => {
  const now = 10_000;
  const newest = 9_995;

  it('ends at the newest moment unless an earlier end is given', () => {
    expect(toRange({ since: 1_000, until: undefined, now, newest })).toEqual({ from: 1_000, to: newest });
    expect(toRange({ since: 1_000, until: 2_000, now, newest })).toEqual({ from: 1_000, to: 2_000 });
    expect(toRange({ since: 1_000, until: 99_999, now, newest })).toEqual({ from: 1_000, to: newest });
  });

  const refused: [number, number | undefined, RegExp][] = [
    [10_001, undefined, /^--since is in the future$/],
    [2_000, 2_000, /^--since must be before --until$/],
    [2_001, 2_000, /^--since must be before --until$/],
    [9_996, undefined, /^--since must be more than 5 s ago: what is newer is not settled yet$/],
    [10_000, undefined, /^--since must be more than 5 s ago/],
    [9_995, undefined, /^--since must be more than 5 s ago/],
  ];
  it.each(refused)('from %i to %s is refused', (since, until, message) => {
    expect(() => toRange({ since, until, now, newest })).toThrow(message);
  });
});
