import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { fillHistory } from './fill-history.ts';
import { makeJobs } from './make-jobs.ts';
import type { Measure } from './measure.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { measureMs, toMedian } from './statistics.ts';
import { describe } from './storage.ts';

const bar = 0.9;
const end = Date.UTC(2026, 8, 30) / 1000;

/**
 * P6: new jobs stored in a database that holds ten million (half a million unless `--full` is asked for), against the same
 * jobs in one that holds none: turn by turn, the one first in each second round.
 */
export const measureGrowth: Measure = async ({ postgres, quick, full, say }) => {
  const rows = quick ? 20_000 : full ? 10_000_000 : 500_000;
  const emptyUrl = await postgres.createDatabase('growth_empty');
  const fullUrl = await postgres.createDatabase('growth_full');
  say(`storing ${rows} jobs`);
  await fill(fullUrl, rows);
  return compareSizes({ emptyUrl, fullUrl, rows, rounds: quick ? 3 : 9 });
};

async function fill(url: string, rows: number): Promise<void> {
  const database = createDatabase({ url, connections: 2, statementTimeoutMs: 3_600_000 });
  await fillHistory(database, { rows, months: 9, until: end });
  await database.close();
}

/** The same for databases that are there already. */
export async function compareSizes(options: { emptyUrl: string; fullUrl: string; rows: number; rounds: number }) {
  const writers = {
    empty: await createPageWriter(options.emptyUrl, 2),
    full: await createPageWriter(options.fullUrl, 2),
  };
  const rates = { empty: [] as number[], full: [] as number[] };
  for (let round = 0; round <= options.rounds; round += 1) {
    const order = round % 2 ? (['empty', 'full'] as const) : (['full', 'empty'] as const);
    for (const size of order) {
      const rate = await measureRate(writers[size], round);
      if (round > 0) rates[size].push(rate);
    }
  }
  await Promise.all([writers.empty.close(), writers.full.close()]);
  const ratios = rates.full.map((rate, n) => rate / (rates.empty[n] ?? Number.NaN));
  const what = `new rows with ${options.rows} stored against none`;
  const figure = {
    id: 'P6',
    what,
    bar: `≥ ${bar} ×`,
    measured: `${describe(ratios, 2)} ×`,
    met: toMedian(ratios) >= bar,
  };
  return { figures: [figure], details: { rates } };
}

/** Rows a second of jobs of one day that nobody has stored yet. */
async function measureRate(writer: PageWriter, round: number): Promise<number> {
  const { open } = makeJobs({ count: 6_000, from: end - 86_400, to: end, seed: 1_000 + round });
  await writer.database.query(sql`checkpoint`);
  return (open.length / (await measureMs(() => writer.write(open)))) * 1000;
}
