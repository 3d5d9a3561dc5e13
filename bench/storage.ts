import type { Figure, Measure } from './measure.ts';
import { toMedian, toSpread } from './statistics.ts';
import { measureStoring, type Rates, toRatios } from './storing.ts';

/**
 * P2: pages stored by the sync's own statement on two connections, held against `COPY` of the same rows on one into a
 * table with the same columns, generated columns, indexes and partitions, but without triggers, and against Drizzle's
 * `.values()` upsert into that table.
 */
export const measureStorage: Measure = async ({ postgres, quick, say }) => {
  const url = await postgres.createDatabase('storing');
  const rates = await measureStoring(url, quick ? { rounds: 3, rows: 6_000 } : { rounds: 9, rows: 15_000 });
  for (const [way, each] of Object.entries(rates)) say(`${way.padEnd(10)} ${describe(each, 0)} rows/s`);
  return { figures: toFigures(rates), details: { rates } };
};

const toFigures = (rates: Rates): Figure[] =>
  toRatios(rates).map(({ way, against, bar, median, spread, met }) => ({
    id: 'P2',
    what: `${way} rows against ${against}`,
    bar: `≥ ${bar} ×`,
    measured: `${median.toFixed(2)} × (${spread.map((n) => n.toFixed(2)).join('–')})`,
    met,
  }));

/** A median with its spread. */
export function describe(values: readonly number[], digits: number): string {
  const [low, high] = toSpread(values);
  return `${toMedian(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
