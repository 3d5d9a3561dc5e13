import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capMargin, toCallRate, toPeak } from '#core/call-rate.ts';

const caps = fc.double({ min: 0.5, max: 1000, noNaN: true });
const peaks = fc.double({ min: 0.5, max: 2000, noNaN: true });
const spans = fc.double({ min: -5, max: 1e9, noNaN: true });

describe('the rate of calls', () => {
  it('is just below the cap where no answer was throttled', () => {
    expect(capMargin).toBeLessThan(1);
    expect(capMargin).toBeGreaterThan(0.9);
    expect(toCallRate(100, undefined)).toBe(100 * capMargin);
  });

  // The curve between these is tuned by measurement; the database has the same one.
  it.each([
    { since: 0, least: 40, most: 40 },
    { since: -3, least: 40, most: 40 },
    { since: 0.25, least: 41, most: 75 },
    { since: 0.5, least: 76, most: 76 },
    { since: 1, least: 76, most: 79.9 },
    { since: 3, least: 76, most: 79.9 },
    { since: 60, least: 100 * capMargin, most: 100 * capMargin },
    { since: 1e9, least: 100 * capMargin, most: 100 * capMargin },
  ])('is from $least to $most of 100, $since s after which 80 are bearable', ({ since, least, most }) => {
    const rate = toCallRate(100, { peak: 80, since });
    expect(rate).toBeGreaterThanOrEqual(least);
    expect(rate).toBeLessThanOrEqual(most);
  });

  it('never exceeds what is granted and never stops, whatever happened', () => {
    fc.assert(
      fc.property(caps, peaks, spans, (cap, peak, since) => {
        const rate = toCallRate(cap, { peak, since });
        expect(rate).toBeLessThanOrEqual(cap * capMargin);
        expect(rate).toBeGreaterThanOrEqual(Math.min(1, cap * capMargin));
      }),
    );
  });

  it('grows with the time since, without a leap', () => {
    const seconds = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(caps, peaks, seconds, (cap, peak, since) => {
        const sooner = toCallRate(cap, { peak, since });
        const later = toCallRate(cap, { peak, since: since + 0.001 });
        expect(later).toBeGreaterThanOrEqual(sooner);
        expect(later).toBeLessThanOrEqual(sooner * 1.005);
      }),
    );
  });

  it('is the full one again within ten minutes after a single call a second was too many', () => {
    expect(toCallRate(100, { peak: toPeak(1), since: 600 })).toBe(100 * capMargin);
  });

  it('settles, throttled again and again, below what was too much', () => {
    fc.assert(
      fc.property(caps, (rate) => {
        expect(toPeak(rate)).toBeLessThan(rate);
        expect(toPeak(rate)).toBeGreaterThan(rate / 2);
      }),
    );
  });
});
