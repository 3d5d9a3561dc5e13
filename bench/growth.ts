import { sql } from 'drizzle-orm';
import type { StorableJob } from '#core/job.ts';
import { makeJobs } from './make-jobs.ts';
import type { Measured } from './measure.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { describe, measureMs, toMedian, toPairedRatios } from './statistics.ts';

const bar = 0.9;
const secondsARound = 7_200;

/** A migrated database, and how many jobs are stored in it. */
export interface Filled {
  readonly jobs: number;
  readonly url: string;
}

/** What storing a new job costs beside those that are stored. */
export interface Cost {
  readonly jobs: number;
  /** Wall clock, on two connections. */
  readonly microsecondsAJob: number;
  /** Of the rate of the empty database in the same round. */
  readonly rateBesideEmpty: number;
}

export interface GrowthOptions {
  /** Where the time begins in which nothing is stored yet, in epoch seconds. */
  readonly from: number;
  readonly rounds: number;
  /**
   * Between two checkpoints: a page's first change after one writes all of it to the WAL, so that few jobs measure little
   * else. With 3 to 4 kB of WAL a job, PostgreSQL's defaults (`max_wal_size` 1 GB, of which a checkpoint begins after 0.54)
   * let a backfill store some 140,000.
   */
  readonly jobsARound: number;
}

/**
 * P6: new jobs stored in databases that hold some already, against the same jobs in one that holds none, which is the first. They are of
 * a time in which nothing is stored yet, as a sync's are.
 */
export async function measureGrowth(databases: readonly Filled[], options: GrowthOptions): Promise<Measured> {
  const urls = databases.map(({ url }) => url);
  const rates = await measureRates(urls, options);
  const [empty = []] = rates;
  const costs = databases.map(({ jobs }, index): Cost => {
    const rateBesideEmpty = Number(toMedian(toPairedRatios(rates[index] ?? [], empty)).toFixed(3));
    return { jobs, microsecondsAJob: Number((1e6 / toMedian(rates[index] ?? [])).toFixed(1)), rateBesideEmpty };
  });
  const ratios = toPairedRatios(rates.at(-1) ?? [], empty);
  const figure = {
    id: 'P6',
    what: `new rows with ${databases.at(-1)?.jobs} stored against none`,
    bar: `≥ ${bar} ×`,
    measured: `${describe(ratios, 2)} ×`,
    met: toMedian(ratios) >= bar,
  };
  return { figures: [figure], details: { costs, rates } };
}

/**
 * Rows a second that each database stores, one entry a round, their turns in another order each round. The first round, in
 * which plans are made and caches filled, does not count.
 */
async function measureRates(urls: readonly string[], { from, rounds, jobsARound }: GrowthOptions): Promise<number[][]> {
  const writers = await Promise.all(urls.map((url) => createPageWriter(url, 2)));
  const rates = writers.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    const start = from + round * secondsARound;
    const { open } = makeJobs({ count: jobsARound, from: start, to: start + secondsARound, seed: 1_000 + round });
    for (let turn = 0; turn < writers.length; turn += 1) {
      const index = (turn + round) % writers.length;
      // None is none in each round.
      if (index === 0) await writers[0]?.database.query(sql`truncate mps.job, mps.job_transition`);
      const rate = await measureRate(writers[index] as PageWriter, open);
      if (round > 0) rates[index]?.push(rate);
    }
  }
  await Promise.all(writers.map((writer) => writer.close()));
  return rates;
}

async function measureRate(writer: PageWriter, jobs: readonly StorableJob[]): Promise<number> {
  await writer.database.query(sql`checkpoint`);
  return (jobs.length / (await measureMs(() => writer.write(jobs)))) * 1000;
}
