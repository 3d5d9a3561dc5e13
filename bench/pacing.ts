/** P1: how close to the account's calls a backfill comes, as the server sees it. */
import type { RunningPostgres } from '#scripts/postgres.ts';
import { runOnce } from '#scripts/run-once.ts';
import type { Figure, Measure } from './measure.ts';
import { openStage } from './stage.ts';
import { describe, toMedian, toRange } from './statistics.ts';

const pageSize = 50;
const day = 86_400_000;

interface PacingResult {
  readonly skew: string;
  readonly jobs: number;
  readonly callsPerSecond: number;
  readonly most: number;
  readonly throttled: number;
  readonly callsPerPage: number;
  readonly outcome: string;
}

async function measurePacing(
  postgres: RunningPostgres,
  { skew, jobs, round }: { skew: 'uniform' | 'bursty'; jobs: number; round: number },
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
    const databaseUrl = await postgres.createDatabase(`pacing_${skew}_${round}`);
    const source = { since: Math.floor(from / 1000) - 60, historyShare: 1 };
    const { outcome, inserted } = await runOnce({ databaseUrl, url: stage.url, source });
    const { calls, throttled, most, perSecond } = await stage.traffic();
    if (inserted !== jobs) throw new Error(`${inserted} of ${jobs} jobs were stored`);
    const callsPerPage = calls / Math.ceil(jobs / pageSize);
    return { skew, jobs, callsPerSecond: toMedian(perSecond), most, throttled, callsPerPage, outcome };
  } finally {
    await stage.close();
  }
}

export const pacing: Measure = async ({ postgres, quick, say }) => {
  const jobs = quick ? 3_000 : 60_000;
  const results: PacingResult[] = [];
  for (let round = 1; round <= (quick ? 1 : 3); round += 1) {
    for (const skew of ['uniform', 'bursty'] as const) {
      say(`P1 round ${round}: reads ${jobs} jobs, ${skew}`);
      results.push(await measurePacing(postgres, { skew, jobs, round }));
    }
  }
  const figures = ['uniform', 'bursty'].flatMap((skew) => toFigures(results.filter((result) => result.skew === skew)));
  return { figures, details: results };
};

/** Paces are judged by their median, what must never be by the worst round. */
function toFigures(rounds: readonly PacingResult[]): Figure[] {
  const [{ skew, jobs } = { skew: '', jobs: 0 }] = rounds;
  const of = `history of ${jobs.toLocaleString('en-US')} jobs, ${skew}`;
  const all = (field: 'callsPerSecond' | 'most' | 'throttled' | 'callsPerPage') => rounds.map((round) => round[field]);
  const [paces, most, throttled, waste] = [all('callsPerSecond'), all('most'), all('throttled'), all('callsPerPage')];
  const allowed = skew === 'uniform' ? 1.1 : 1.5;
  const line = (what: string, bar: string, measured: string, met: boolean) => ({
    id: 'P1',
    what: `${of}: ${what}`,
    bar,
    measured,
    met,
  });
  return [
    line('median second', '≥ 97 calls/s', `${describe(paces, 1)} calls/s`, toMedian(paces) >= 97),
    line('any sliding second', '≤ 100 calls', `${toRange(most)} calls`, Math.max(...most) <= 100),
    line('throttled', '0', toRange(throttled), Math.max(...throttled) === 0),
    line('calls / fewest pages', `≤ ${allowed} ×`, `${describe(waste, 3)} ×`, toMedian(waste) <= allowed),
  ];
}
