import type { Chart } from './chart.ts';
import type { Figure } from './measure.ts';
import type { Usage } from './soak-look.ts';
import { type Look, toGrowth } from './trend.ts';

export interface SoakLook extends Usage {
  readonly minutes: number;
  /** What the product kept in memory after its last collection, in MB. */
  readonly kept: number;
  /** Messages that arrived so far. */
  readonly alerts: number;
}

/** A third of the time: caches fill, the heap finds its size, the WAL its number of files. */
const warmUp = 1 / 3;

/** As the soak's server is told, in MB. */
export const maxWalSize = 96;

/** Of the sync two and one for control, of the view four and one that writes, of the alerts two; and the soak's own. */
const maxConnections = 11;

interface Watched {
  readonly what: string;
  readonly unit: string;
  /** By how much of its mean it may grow, warm, from beginning to end. */
  readonly allowed?: number;
  /** What it may come to: for what fills up to a limit that is configured. Without either it is told and not judged. */
  readonly limit?: number;
  /** Of the looks of the last minutes, this one the last. */
  readonly of: (look: SoakLook, recent: readonly SoakLook[]) => number;
}

/** What should stay as it is. The tables grow with the jobs, so they are looked at a job. */
const watched: readonly Watched[] = [
  { what: 'memory of the product', unit: 'MB', allowed: 0.1, of: ({ memory }) => memory },
  { what: 'of it kept, after a collection', unit: 'MB', allowed: 0.1, of: ({ kept }) => kept },
  { what: 'file handles of the product', unit: 'count', allowed: 0.05, of: ({ fileHandles }) => fileHandles },
  { what: 'database connections', unit: 'count', limit: maxConnections, of: ({ connections }) => connections },
  { what: 'memory of the server', unit: 'MB', allowed: 0.1, of: ({ serverMemory }) => serverMemory },
  { what: 'files of the WAL', unit: 'MB', limit: maxWalSize, of: ({ walFiles }) => walFiles },
  { what: 'WAL of changes, a new job', unit: 'kB', allowed: 0.1, of: toPerJob(({ walRecords }) => walRecords) },
  // Of each page the first change after a checkpoint, here one a minute: more pages are met, once each, as tables grow.
  { what: 'WAL of whole pages, a new job', unit: 'kB', of: toPerJob(({ walPages }) => walPages) },
  { what: 'stored a job', unit: 'kB', allowed: 0.1, of: ({ stored, jobs }) => (stored * 1024) / jobs },
  { what: 'tables of fixed size', unit: 'MB', allowed: 0.1, of: ({ fixedTables }) => fixedTables },
];

/** So many looks that several checkpoints lie between. */
const looksBetween = 20;

function toPerJob(toMb: (look: SoakLook) => number): Watched['of'] {
  return ({ jobs }, [first, ...later]) => {
    const added = jobs - (first?.jobs ?? jobs);
    return added === 0 ? 0 : (later.reduce((sum, look) => sum + toMb(look), 0) * 1024) / added;
  };
}

const toLooks = (looks: readonly SoakLook[], { of }: Watched): Look[] =>
  looks.map((look, index) => [look.minutes, of(look, looks.slice(Math.max(0, index - looksBetween), index + 1))]);

/** Whether what should stay as it is did. */
export function judgeSoak(looks: readonly SoakLook[]): Figure[] {
  return watched.map((each) => {
    const line = toLooks(looks, each);
    const growth = toGrowth(line, warmUp);
    const most = Math.max(...line.map(([, value]) => value));
    const { what, unit, allowed, limit } = each;
    const measured = `${(growth * 100).toFixed(1)}%, ${line.at(-1)?.[1].toPrecision(3)} ${unit} in the end`;
    if (limit !== undefined) return { id: 'soak', what, bar: `at most ${limit} ${unit}`, measured, met: most <= limit };
    if (allowed === undefined) return { id: 'soak', what, bar: 'none', measured, met: true };
    return { id: 'soak', what, bar: `grows by at most ${allowed * 100}%`, measured, met: growth <= allowed };
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
