/** P1: how close to the account's calls a backfill comes, as the server sees it. */

import { median } from './median.ts';
import { runOurs } from './our-run.ts';
import { openPostgres, openStage, type RunningPostgres } from './stage.ts';

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

if (process.argv[1] === import.meta.filename) {
  const postgres = await openPostgres();
  try {
    const jobs = Number(process.argv[2] ?? 60_000);
    for (const skew of ['uniform', 'bursty'] as const) {
      process.stdout.write(`${JSON.stringify(await measurePacing(postgres, skew, jobs))}\n`);
    }
  } finally {
    await postgres.close();
  }
}
