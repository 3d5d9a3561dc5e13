import { sql } from 'drizzle-orm';
import type { StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import type { Beside } from './beside.ts';
import { makeJobs, toPages } from './make-jobs.ts';
import type { Figure, Measured } from './measure.ts';
import type { PageWriter } from './page-writer.ts';
import { toRatioFigure } from './ratio-figure.ts';
import { measureMs, settleMemory, toMedian, toPairedRatios } from './statistics.ts';

const bar = 0.9;

/** What storing a new job costs beside those that are stored. */
export interface Cost {
  readonly jobs: number;
  /** Wall clock, on two connections; of none, when it was measured in turn with the size that is judged. */
  readonly microsecondsAJob: number;
  /** Of the rate beside none in the same round. */
  readonly rateBesideNone: number;
}

/**
 * Where and when to store in each round: spans of time in which nothing is stored yet, in epoch seconds. The first round is to
 * warm up. In each a fifth of the time comes first, whose jobs are not measured: a sync has been writing before.
 */
type Gaps = readonly Range[];

export interface GrowthOptions {
  /** Of the last month, where a sync stores what is new: a whole month of jobs is around them, whatever day it is. */
  readonly recent: Gaps;
  /** Of months that nobody has read or written for a while, as where a range is read for another source later on. */
  readonly resting: Gaps;
  /**
   * Between two checkpoints: a page's first change after one writes all of it to the WAL, so that few jobs measure little
   * else. With 3 to 4 kB of WAL a job, PostgreSQL's defaults (`max_wal_size` 1 GB, of which a checkpoint begins after 0.54)
   * let a backfill store some 140,000.
   */
  readonly jobsARound: number;
}

/** What new jobs are stored beside. */
export interface Sizes {
  readonly none: Beside;
  readonly fewer: readonly Beside[];
  /** The size that is judged. */
  readonly many: Beside;
}

/**
 * P6: new jobs stored beside some that are stored already, against the same jobs beside none. They are of a time in which
 * nothing is stored yet, as a sync's are, and are taken away after each round. Each is measured with none and nobody else: databases
 * of other sizes would take the server's buffers in between. Recent months are judged; months at rest are told.
 */
export async function measureGrowth({ none, fewer, many }: Sizes, options: GrowthOptions): Promise<Measured> {
  const { recent, resting, jobsARound } = options;
  const growing: [number, PairOfRates][] = [];
  for (const beside of fewer) growing.push([beside.jobs, await measurePair(none, beside, recent, jobsARound)]);
  const grown = await measurePair(none, many, recent, jobsARound);
  const atRest = await measurePair(none, many, resting, jobsARound);
  growing.push([many.jobs, grown]);
  return {
    figures: [
      toFigure(`new rows with ${many.jobs} stored against none`, grown, bar),
      toFigure('the same in months at rest', atRest, undefined),
    ],
    details: {
      costs: [
        toCost(0, grown.none, grown.none),
        ...growing.map(([jobs, pair]) => toCost(jobs, pair.beside, pair.none)),
      ],
      rates: { ...Object.fromEntries(growing), atRest },
    },
  };
}

const toFigure = (what: string, { none, beside }: PairOfRates, least: number | undefined): Figure =>
  toRatioFigure({ id: 'P6', what, ratios: toPairedRatios(beside, none), digits: 2, bar: least });

const toCost = (jobs: number, rates: readonly number[], none: readonly number[]): Cost => ({
  jobs,
  microsecondsAJob: Number((1e6 / toMedian(rates)).toFixed(1)),
  rateBesideNone: Number(toMedian(toPairedRatios(rates, none)).toFixed(3)),
});

/** Rows a second, an entry a round. */
interface PairOfRates {
  readonly none: number[];
  readonly beside: number[];
}

/** The first round, in which plans are made and caches filled, does not count. */
async function measurePair(none: Beside, beside: Beside, gaps: Gaps, jobsARound: number): Promise<PairOfRates> {
  const rates: PairOfRates = { none: [], beside: [] };
  for (const [round, gap] of gaps.entries()) {
    const start = gap.from + (gap.to - gap.from) / 5;
    const { open: before } = makeJobs({ from: gap.from, to: start, count: jobsARound / 4, seed: 500 + round });
    const { open: jobs } = makeJobs({ from: start, to: gap.to, count: jobsARound, seed: 1_000 + round });
    const filled = { ...gap, before };
    // Of two equal databases the one that was used last before a round is slower by a hundredth or two.
    const ms = await (round % 2 === 0
      ? none.use(filled, (first) => beside.use(filled, (second) => measureInTurn(first, second, jobs)))
      : beside.use(filled, (second) => none.use(filled, (first) => measureInTurn(first, second, jobs))));
    if (round === 0) continue;
    rates.none.push((jobs.length / ms.none) * 1000);
    rates.beside.push((jobs.length / ms.beside) * 1000);
  }
  return rates;
}

/** Of a round: a third of a second each, which the machine's good and bad moments are longer than. */
const turnsARound = 10;

/**
 * Milliseconds that the same jobs take in both databases, after one checkpoint. A part of them in one, the same part in the
 * other, and so on, the first of them another each time: so each moment of the machine is both of theirs. V8 tidies up before
 * each turn: left to itself it would each time within the same few, two of the one and one of the other.
 */
async function measureInTurn(none: PageWriter, beside: PageWriter, jobs: readonly StorableJob[]) {
  await none.database.query(sql`checkpoint`);
  const ms = { none: 0, beside: 0 };
  for (const [turn, part] of toPages(jobs, Math.ceil(jobs.length / turnsARound)).entries()) {
    const takes = [
      async () => (ms.none += await measureMs(() => none.write(part))),
      async () => (ms.beside += await measureMs(() => beside.write(part))),
    ];
    await settleMemory();
    for (const take of turn % 2 === 0 ? takes : takes.reverse()) await take();
  }
  return ms;
}
