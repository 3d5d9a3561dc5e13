import type { Chart } from './chart.ts';
import type { Figure } from './measure.ts';
import type { Usage } from './soak-look.ts';
import { judgeTrend, type Look, type Trend, toTrend } from './trend.ts';

export interface SoakLook extends Usage {
  readonly minutes: number;
  /** What the product kept in memory, in MB, where it was asked. */
  readonly kept?: number;
  /** Messages that arrived so far. */
  readonly alerts: number;
}

/** Half of the time: caches fill, the heap finds its size, the WAL its number of files, and the lookback its jobs. */
const warmUp = 1 / 2;

/** As the soak's server is told, in MB. */
export const maxWalSize = 96;

/** Of the sync two and one for control, of the view four and one that writes, of the alerts two; and the soak's own. */
const maxConnections = 11;

interface Watched {
  readonly what: string;
  readonly unit: string;
  /** By how much of its mean it may grow or fall in an hour. */
  readonly allowed?: number;
  /** What it may come to: for what fills up to a limit that is configured. Without either it is told and not judged. */
  readonly limit?: number;
  /** Of the looks of the last minutes, this one the last. Nothing where it was not looked for. */
  readonly of: (look: SoakLook, recent: readonly SoakLook[]) => number | undefined;
}

/** What should stay as it is. The tables grow with the jobs, so they are looked at a job. */
const watched: readonly Watched[] = [
  { what: 'memory of the product', unit: 'MB', allowed: 0.25, of: ({ memory }) => memory },
  { what: 'of it kept, after collections', unit: 'MB', allowed: 0.05, of: ({ kept }) => kept },
  { what: 'file handles of the product', unit: 'count', allowed: 0.1, of: ({ fileHandles }) => fileHandles },
  { what: 'database connections', unit: 'count', limit: maxConnections, of: ({ connections }) => connections },
  { what: 'memory of the server', unit: 'MB', allowed: 0.3, of: ({ serverMemory }) => serverMemory },
  { what: 'files of the WAL', unit: 'MB', limit: maxWalSize, of: ({ walFiles }) => walFiles },
  {
    what: 'WAL of changes, a change of state',
    unit: 'kB',
    allowed: 0.15,
    of: toPerNew(
      ({ walRecords }) => walRecords,
      ({ changes }) => changes,
    ),
  },
  // Of each page the first change after a checkpoint, here one a minute: more pages are met, once each, as tables grow.
  {
    what: 'WAL of whole pages, a new job',
    unit: 'kB',
    of: toPerNew(
      ({ walPages }) => walPages,
      ({ jobs }) => jobs,
    ),
  },
  {
    what: 'stored a job',
    unit: 'kB',
    allowed: 0.15,
    of: ({ stored, jobs }) => (jobs === 0 ? undefined : (stored * 1024) / jobs),
  },
  // A few rows that are written again and again, in as many pages as lie between two vacuums.
  { what: 'tables of fixed size', unit: 'MB', limit: 1, of: ({ fixedTables }) => fixedTables },
];

/** So many looks that several checkpoints lie between. */
const looksBetween = 20;

/** Of what the last looks have in MB, how much in kB went with each thing that was added meanwhile. */
function toPerNew(toMb: (look: SoakLook) => number, toCount: (look: SoakLook) => number): Watched['of'] {
  return (look, [first, ...later]) => {
    const added = toCount(look) - toCount(first ?? look);
    return added === 0 ? undefined : (later.reduce((sum, each) => sum + toMb(each), 0) * 1024) / added;
  };
}

const toLooks = (looks: readonly SoakLook[], { of }: Watched): Look[] =>
  looks.flatMap((look, index) => {
    const value = of(look, looks.slice(Math.max(0, index - looksBetween), index + 1));
    return value === undefined ? [] : [[look.minutes, value] as const];
  });

/** Whether what should stay as it is did. */
export function judgeSoak(looks: readonly SoakLook[]): Figure[] {
  return watched.map((each) => judge(each, toLooks(looks, each)));
}

function judge({ what, unit, allowed, limit }: Watched, looks: readonly Look[]): Figure {
  const trend = toTrend(looks, warmUp);
  const end = `${looks.at(-1)?.[1].toPrecision(3)} ${unit} in the end`;
  const told = { id: 'soak', what, measured: `${describe(trend)} an hour, ${end}` };
  if (limit !== undefined) {
    const most = Math.max(...looks.map(([, value]) => value));
    return { ...told, bar: `at most ${limit} ${unit}`, met: most <= limit };
  }
  if (allowed === undefined) return { ...told, bar: 'none', met: true };
  const verdict = judgeTrend(trend, allowed);
  const bar = `flat within ${toPercent(allowed)} an hour`;
  return { ...told, bar, measured: `${verdict}: ${told.measured}`, met: verdict === 'flat' };
}

const describe = ({ growth, uncertainty }: Trend): string => `${toPercent(growth)} ± ${toPercent(uncertainty)}`;
const toPercent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

export function toCharts(looks: readonly SoakLook[]): Chart[] {
  return watched.map((each) => ({
    title: each.what,
    unit: each.unit,
    along: 'minutes',
    // The first looks have hardly a job to divide by.
    points: toLooks(looks, each).slice(1),
  }));
}
