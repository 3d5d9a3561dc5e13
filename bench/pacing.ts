/** P1: how close to the account's calls a backfill comes, as the server sees it. */

import type { Figure, Measure } from './measure.ts';
import { median } from './median.ts';
import { runOurs } from './our-run.ts';
import { openStage, type RunningPostgres } from './stage.ts';

const pageSize = 50;
const day = 86_400_000;

export interface PacingResult {
  readonly skew: string;
  readonly jobs: number;
  readonly callsPerSecond: number;
  readonly most: number;
  readonly throttled: number;
  readonly callsPerPage: number;
  readonly outcome: string;
}

export async function measurePacing(
  postgres: RunningPostgres,
  skew: 'uniform' | 'bursty',
  jobs: number,
): Promise<PacingResult> {
  const to = Date.now() - day;
  const from = to - 30 * day;
  const stage = await openStage({
    qps: 100,
    quotaWindow: 'sliding',
    maxPageSize: pageSize,
    latencyMs: { mean: 150, jitter: 50 },
    history: { count: jobs, from, to, skew },
  });
  try {
    const databaseUrl = await postgres.createDatabase(`pacing_${skew}`);
    const source = { since: Math.floor(from / 1000) - 60, historyShare: 1 };
    const { outcome, inserted } = await runOurs({ databaseUrl, url: stage.url, source });
    const { calls, throttled, most, perSecond } = await stage.traffic();
    if (inserted !== jobs) throw new Error(`${inserted} of ${jobs} jobs were stored`);
    const callsPerPage = calls / Math.ceil(jobs / pageSize);
    return { skew, jobs, callsPerSecond: median(perSecond), most, throttled, callsPerPage, outcome };
  } finally {
    await stage.close();
  }
}

export const pacing: Measure = async ({ postgres, quick, say }) => {
  const jobs = quick ? 3_000 : 60_000;
  const results: PacingResult[] = [];
  for (const skew of ['uniform', 'bursty'] as const) {
    say(`P1 reads ${jobs} jobs, ${skew}`);
    results.push(await measurePacing(postgres, skew, jobs));
  }
  return { figures: results.flatMap(toFigures), details: results };
};

function toFigures({ skew, jobs, callsPerSecond, most, throttled, callsPerPage }: PacingResult): Figure[] {
  const what = `history of ${jobs.toLocaleString('en-US')} jobs, ${skew}`;
  const waste = skew === 'uniform' ? 1.1 : 1.5;
  const pace = `${callsPerSecond} calls/s`;
  return [
    { id: 'P1', what: `${what}: median second`, bar: '≥ 97 calls/s', measured: pace, met: callsPerSecond >= 97 },
    { id: 'P1', what: `${what}: any sliding second`, bar: '≤ 100 calls', measured: `${most} calls`, met: most <= 100 },
    { id: 'P1', what: `${what}: throttled`, bar: '0', measured: String(throttled), met: throttled === 0 },
    {
      id: 'P1',
      what: `${what}: calls / fewest pages`,
      bar: `≤ ${waste} ×`,
      measured: `${callsPerPage.toFixed(3)} ×`,
      met: callsPerPage <= waste,
    },
  ];
}
