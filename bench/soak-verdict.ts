import type { Chart } from './chart.ts';
import type { Figure } from './measure.ts';
import type { Usage } from './soak-look.ts';
import { type Look, toGrowth } from './trend.ts';

export interface SoakLook extends Usage {
  readonly minutes: number;
  /** Messages that arrived so far. */
  readonly alerts: number;
}

/** A third of the time: caches fill, the heap finds its size, the WAL its number of files. */
const warmUp = 1 / 3;

/** As the soak's server is told, in MB. */
export const maxWalSize = 96;

interface Watched {
  readonly what: string;
  readonly unit: string;
  /** By how much of its mean it may grow, warm, from beginning to end. */
  readonly allowed?: number;
  /** What it may come to: for what fills up to a limit that is configured. */
  readonly limit?: number;
  /** `earlier` is the look of some minutes before. */
  readonly of: (look: SoakLook, earlier: SoakLook) => number;
}

/** What should stay as it is. The tables grow with the jobs, so they are looked at a job. */
const watched: readonly Watched[] = [
  { what: 'memory of the product', unit: 'MB', allowed: 0.1, of: ({ memory }) => memory },
  { what: 'file handles of the product', unit: 'count', allowed: 0.05, of: ({ fileHandles }) => fileHandles },
  { what: 'database connections', unit: 'count', allowed: 0.05, of: ({ connections }) => connections },
  { what: 'memory of the server', unit: 'MB', allowed: 0.1, of: ({ serverMemory }) => serverMemory },
  { what: 'files of the WAL', unit: 'MB', limit: maxWalSize, of: ({ walFiles }) => walFiles },
  { what: 'WAL written a new job', unit: 'kB', allowed: 0.1, of: toWalPerJob },
  { what: 'stored a job', unit: 'kB', allowed: 0.1, of: ({ stored, jobs }) => (stored * 1024) / jobs },
  { what: 'tables of fixed size', unit: 'MB', allowed: 0.1, of: ({ fixedTables }) => fixedTables },
];

/** So many looks that several checkpoints lie between. */
const looksBetween = 20;

function toWalPerJob({ walWritten, jobs }: SoakLook, earlier: SoakLook): number {
  return jobs === earlier.jobs ? 0 : ((walWritten - earlier.walWritten) * 1024) / (jobs - earlier.jobs);
}

const toLooks = (looks: readonly SoakLook[], { of }: Watched): Look[] =>
  looks.map((look, index) => [look.minutes, of(look, looks[Math.max(0, index - looksBetween)] ?? look)]);

/** Whether what should stay as it is did. */
export function judgeSoak(looks: readonly SoakLook[]): Figure[] {
  return watched.map((each) => {
    const line = toLooks(looks, each);
    const growth = toGrowth(line, warmUp);
    const most = Math.max(...line.map(([, value]) => value));
    const { what, unit, allowed, limit } = each;
    return {
      id: 'soak',
      what,
      bar: limit === undefined ? `grows by at most ${(allowed ?? 0) * 100}%` : `at most ${limit} ${unit}`,
      measured: `${(growth * 100).toFixed(1)}%, ${line.at(-1)?.[1].toPrecision(3)} ${unit} in the end`,
      met: limit === undefined ? growth <= (allowed ?? 0) : most <= limit,
    };
  });
}

export function toCharts(looks: readonly SoakLook[]): Chart[] {
  return watched.map((each) => ({
    title: each.what,
    unit: each.unit,
    along: 'minutes',
    // The first looks have hardly a job to divide by.
    points: toLooks(looks, each).slice(1),
  }));
}
