/** P4: a whole backfill, beside the official SDK in a loop. */
import { createDatabase } from '#db/client.ts';
import type { BenchOptions, Measure } from './measure.ts';
import { copyByOfficialLoop } from './official-loop.ts';
import { runOurs } from './our-run.ts';
import { createPlainTables } from './plain-table.ts';
import { openStage, type RunningStage } from './stage.ts';
import { toMedian, toSpread } from './statistics.ts';

const day = 86_400_000;
const bar = 8;

/** Jobs a second. */
interface Round {
  readonly ours: number;
  readonly peer: number;
}

interface Task {
  readonly jobs: number;
  readonly from: number;
  readonly to: number;
  /** Pages that the peer reads: it is as fast on the first as on the last, so a slice tells its rate. */
  readonly peerPages: number;
}

export const backfillRate: Measure = async (options) => {
  const to = Math.floor(Date.now() / 1000) - day / 1000;
  const from = to - (30 * day) / 1000;
  const task = options.quick ? { jobs: 6_000, peerPages: 5 } : { jobs: 300_000, peerPages: 50 };
  const stage = await openStage({
    qps: 100,
    quotaWindow: 'sliding',
    latencyMs: { mean: 150, jitter: 50 },
    history: { count: task.jobs, from: from * 1000, to: to * 1000 },
  });
  try {
    const rounds: Round[] = [];
    for (let round = 1; round <= (options.quick ? 1 : 3); round += 1) {
      rounds.push(await measureRound(options, stage, { ...task, from, to }, round));
    }
    const ratios = rounds.map(({ ours, peer }) => ours / peer);
    const [low, high] = toSpread(ratios);
    const what = `backfill of ${task.jobs.toLocaleString('en-US')} jobs / official SDK in a loop, 150 ± 50 ms latency`;
    const measured = `${toMedian(ratios).toFixed(1)} × (${low.toFixed(1)}–${high.toFixed(1)})`;
    return {
      figures: [{ id: 'P4', what, bar: `≥ ${bar} ×`, measured, met: toMedian(ratios) >= bar }],
      details: { jobs: task.jobs, unit: 'jobs a second', rounds },
    };
  } finally {
    await stage.close();
  }
};

async function measureRound({ postgres, say }: BenchOptions, stage: RunningStage, task: Task, round: number) {
  const { jobs, from, to, peerPages } = task;
  const databaseUrl = await postgres.createDatabase(`backfill_rate_${round}`);
  say(`P4 round ${round}: a backfill of ${jobs} jobs`);
  const begun = performance.now();
  const { inserted } = await runOurs({ databaseUrl, url: stage.url, source: { since: from - 60 } });
  const ours = (jobs / (performance.now() - begun)) * 1000;
  if (inserted !== jobs) throw new Error(`${inserted} of ${jobs} jobs were stored`);
  say(`P4 round ${round}: ${peerPages} pages by the official SDK`);
  const database = createDatabase({ url: databaseUrl });
  await createPlainTables(database);
  const peer = await copyByOfficialLoop({ url: stage.url, database, from, to, pages: peerPages });
  await database.close();
  return { ours, peer: (peer.jobs / peer.ms) * 1000 };
}
