import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { fillHistory } from './fill-history.ts';
import { makeJobs } from './make-jobs.ts';
import type { Measure } from './measure.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { measureMs, toMedian, toPairedRatios } from './statistics.ts';
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

/** Puts so many jobs into a migrated database, spread over nine months. */
export async function fill(url: string, rows: number): Promise<void> {
  const database = createDatabase({ url, connections: 2, statementTimeoutMs: 3_600_000 });
  await fillHistory(database, { rows, months: 9, until: end });
  await database.close();
}

/** The same for databases that are there already. */
export async function compareSizes(options: { emptyUrl: string; fullUrl: string; rows: number; rounds: number }) {
  const [empty = [], full = []] = await measureRates([options.emptyUrl, options.fullUrl], options.rounds);
  const ratios = toPairedRatios(full, empty);
  const what = `new rows with ${options.rows} stored against none`;
  const figure = {
    id: 'P6',
    what,
    bar: `≥ ${bar} ×`,
    measured: `${describe(ratios, 2)} ×`,
    met: toMedian(ratios) >= bar,
  };
  return { figures: [figure], details: { rates: { empty, full } } };
}

/**
 * Rows a second that each database stores, one entry a round, their turns in another order each round. The first round, in
 * which plans are made and caches filled, does not count.
 */
export async function measureRates(urls: readonly string[], rounds: number): Promise<number[][]> {
  const writers = await Promise.all(urls.map((url) => createPageWriter(url, 2)));
  const rates = writers.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < writers.length; turn += 1) {
      const index = (turn + round) % writers.length;
      const rate = await measureRate(writers[index] as PageWriter, round);
      if (round > 0) rates[index]?.push(rate);
    }
  }
  await Promise.all(writers.map((writer) => writer.close()));
  return rates;
}

/** Rows a second of jobs of one day that nobody has stored yet. */
async function measureRate(writer: PageWriter, round: number): Promise<number> {
  const { open } = makeJobs({ count: 6_000, from: end - 86_400, to: end, seed: 1_000 + round });
  await writer.database.query(sql`checkpoint`);
  return (open.length / (await measureMs(() => writer.write(open)))) * 1000;
}
