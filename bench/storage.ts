import type { Figure, Measure } from './measure.ts';
import { toRatioFigure } from './ratio-figure.ts';
import { describe } from './statistics.ts';
import { measureStoring, type Rates, toRatios } from './storing.ts';

/**
 * P2: pages stored by the sync's own statement on two connections, held against `COPY` of the same rows on one into a
 * table with the same columns, generated columns, indexes and partitions, but without triggers; and against four ways of one
 * connection to upsert them into such tables: Drizzle's `.values()` with each column read by the client, the same with columns that
 * Postgres generates, `unnest` of arrays, and row by row.
 */
export const measureStorage: Measure = async ({ postgres, quick, undo, say }) => {
  const urls = [await postgres.createDatabase('storing'), await postgres.createDatabase('changing')] as const;
  const rates = await measureStoring(urls, {
    ...(quick ? { rounds: 2, rows: 3_000 } : { rounds: 19, rows: 15_000 }),
    undo,
  });
  for (const [way, each] of Object.entries(rates)) say(`${way.padEnd(10)} ${describe(each, 0)} rows/s`);
  return { figures: toFigures(rates), details: { rates } };
};

const toFigures = (rates: Rates): Figure[] =>
  toRatios(rates).map(({ way, against, bar, ratios }) =>
    toRatioFigure({ id: 'P2', what: `${way} rows against ${names[against]}`, ratios, digits: 2, bar }),
  );

const names = {
  copy: '`COPY`',
  columns: '`.values()`, all columns',
  values: '`.values()`, generated columns',
  arrays: '`unnest` of arrays',
  rows: 'an upsert a row',
} as const;
