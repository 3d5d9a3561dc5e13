/** P5: what it costs to look again at jobs that are open. */

import { runOnce } from '#scripts/run-once.ts';
import type { BenchOptions, Measure } from './measure.ts';
import { openStage } from './stage.ts';
import { describe, toMedian } from './statistics.ts';

const hour = 3_600_000;
const bar = 60;

export const openJobs: Measure = async (options) => {
  const jobs = options.quick ? 1_000 : 10_000;
  const rounds: number[] = [];
  for (let round = 1; round <= (options.quick ? 1 : 3); round += 1) rounds.push(await countCalls(options, jobs, round));
  const what = `a run over ${jobs.toLocaleString('en-US')} open jobs of which 1% changed`;
  return {
    figures: [
      { id: 'P5', what, bar: `≤ ${bar} calls`, measured: `${describe(rounds, 0)} calls`, met: toMedian(rounds) <= bar },
    ],
    details: { jobs, changed: jobs / 100, calls: rounds },
  };
};

async function countCalls({ postgres, say }: BenchOptions, jobs: number, round: number): Promise<number> {
  const to = Date.now() - 2 * hour;
  const from = to - 20 * hour;
  // A double that does not cap pages: the bar is for MPS's documented 300 a page.
  const stage = await openStage({ qps: 100, history: { count: jobs, from, to, stuckShare: 1 } });
  try {
    const databaseUrl = await postgres.createDatabase(`open_jobs_${round}`);
    const source = { since: Math.floor(from / 1000) - 60, historyShare: 1 };
    const first = await runOnce({ databaseUrl, url: stage.url, source });
    if (first.inserted !== jobs) throw new Error(`${first.inserted} of ${jobs} jobs were stored`);
    const changed = jobs / 100;
    await stage.finishJobs(changed);
    say(`P5 round ${round}: looks at ${jobs} open jobs, of which ${changed} have ended`);
    const { calls, updated } = await runOnce({ databaseUrl, url: stage.url, source });
    if (updated !== changed) throw new Error(`${updated} of ${changed} changes were found`);
    return calls;
  } finally {
    await stage.close();
  }
}
