/** P4: a whole backfill, beside the official SDK in a loop. */
import { createDatabase } from '#db/client.ts';
import { runOnce } from '#scripts/run-once.ts';
import type { BenchOptions, Figure, Measure } from './measure.ts';
import { copyByOfficialLoop } from './official-loop.ts';
import { pageSize } from './page-writer.ts';
import { createPlainTables } from './plain-table.ts';
import { toRatioFigure } from './ratio-figure.ts';
import { openStage, type RunningStage } from './stage.ts';

const day = 86_400_000;
const bar = 8;

/** Pages of the loop: a round each, and, in `--full`, one round more in which it reads to the end. */
const slices = [50, 50, 50];
const whole = Number.POSITIVE_INFINITY;

/** Jobs a second. */
interface Round {
  readonly ours: number;
  readonly peer: number;
  /** Of how many pages the peer's rate is, and whether it read to the end. */
  readonly peerPages: number;
  readonly isWhole: boolean;
}

interface Task {
  readonly jobs: number;
  readonly from: number;
  readonly to: number;
  /** Pages that the peer reads in each round: all of them would take it minutes. */
  readonly peerPages: readonly number[];
}

export const backfillRate: Measure = async (options) => {
  const to = Math.floor(Date.now() / 1000) - day / 1000;
  const from = to - (30 * day) / 1000;
  const task = options.quick
    ? { jobs: 6_000, peerPages: [5] }
    : { jobs: 300_000, peerPages: options.full ? [...slices, whole] : slices };
  const stage = await openStage({
    qps: 100,
    quotaWindow: 'sliding',
    latencyMs: { mean: 150, jitter: 50 },
    history: { count: task.jobs, from: from * 1000, to: to * 1000 },
  });
  try {
    const rounds: Round[] = [];
    for (const pages of task.peerPages) {
      rounds.push(await measureRound(options, stage, { ...task, from, to }, { round: rounds.length + 1, pages }));
    }
    return { figures: toFigures(task.jobs, rounds), details: { jobs: task.jobs, unit: 'jobs a second', rounds } };
  } finally {
    await stage.close();
  }
};

async function measureRound(
  { postgres, say }: BenchOptions,
  stage: RunningStage,
  { jobs, from, to }: Task,
  { round, pages }: { round: number; pages: number },
): Promise<Round> {
  const databaseUrl = await postgres.createDatabase(`backfill_rate_${round}`);
  say(`P4 round ${round}: a backfill of ${jobs} jobs`);
  const begun = performance.now();
  const { inserted } = await runOnce({ databaseUrl, url: stage.url, source: { since: from - 60 } });
  const ours = (jobs / (performance.now() - begun)) * 1000;
  if (inserted !== jobs) throw new Error(`${inserted} of ${jobs} jobs were stored`);
  say(`P4 round ${round}: ${pages === whole ? 'all' : pages} pages by the official SDK`);
  const database = createDatabase({ url: databaseUrl });
  await createPlainTables(database);
  const peer = await copyByOfficialLoop({ url: stage.url, database, from, to, pages });
  await database.close();
  return {
    ours,
    peer: (peer.jobs / peer.ms) * 1000,
    peerPages: Math.ceil(peer.jobs / pageSize),
    isWhole: pages === whole,
  };
}

/** The rounds with a slice of the peer's backfill together, and where there was one, the round with all of it. */
function toFigures(jobs: number, rounds: readonly Round[]): Figure[] {
  const what = `backfill of ${jobs.toLocaleString('en-US')} jobs / official SDK in a loop, 150 ± 50 ms latency`;
  const toFigure = (how: string, some: readonly Round[]) => {
    const ratios = some.map(({ ours, peer }) => ours / peer);
    return toRatioFigure({ id: 'P4', what: `${what}, ${how}`, ratios, digits: 1, bar });
  };
  const ofSlices = rounds.filter(({ isWhole }) => !isWhole);
  const ofAll = rounds.filter(({ isWhole }) => isWhole);
  const slice = toFigure(`the loop by its first ${ofSlices[0]?.peerPages} pages`, ofSlices);
  return ofAll.length === 0 ? [slice] : [slice, toFigure('the loop whole, once', ofAll)];
}
