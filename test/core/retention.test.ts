import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toKeptSince, toRetentionEdge } from '#core/retention.ts';

const at = (text: string) => Date.parse(text) / 1000;

describe('the edge of retention', () => {
  it.each([
    ['2026-11-24T04:00:00Z', 1, '2026-10-01T00:00:00Z'],
    ['2026-01-31T23:59:59Z', 1, '2025-12-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', 12, '2025-01-01T00:00:00Z'],
    ['2026-03-31T12:00:00Z', 25, '2024-02-01T00:00:00Z'],
  ])('at %s with %i months is %s', (now, months, edge) => {
    expect(toRetentionEdge(at(now), months)).toBe(at(edge));
  });

  it('never cuts into the months that are to be kept', () => {
    const moment = fc.integer({ min: 0, max: at('2099-12-31T00:00:00Z') });
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 120 }), (now, months) => {
        const days = (now - toRetentionEdge(now, months)) / 86_400;
        expect(days).toBeGreaterThanOrEqual(months * 28);
        expect(days).toBeLessThan((months + 1) * 31);
      }),
    );
  });
});

describe('what is read where not all is kept', () => {
  const now = Date.parse('2026-04-15T12:00:00Z') / 1000;
  const march = Date.parse('2026-03-01T00:00:00Z') / 1000;

  it.each([
    { since: march - 1, months: 1, from: march },
    { since: march + 1, months: 1, from: march + 1 },
    { since: march - 1, months: undefined, from: march - 1 },
  ])('begins at $from where it was to begin at $since and $months months are kept', ({ since, months, from }) => {
    expect(toKeptSince(since, now, months)).toBe(from);
  });
});
