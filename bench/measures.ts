import { backfillRate } from './backfill-rate.ts';
import { bundles } from './bundles.ts';
import { manyJobs } from './many-jobs.ts';
import type { Measure } from './measure.ts';
import { openJobs } from './open-jobs.ts';
import { pacing } from './pacing.ts';
import { measureStorage } from './storage.ts';
import { unchangedRun } from './unchanged-run.ts';

export interface NamedMeasure {
  /** Names its file in `bench/results/`. */
  readonly name: string;
  /** The figures it makes. */
  readonly ids: readonly string[];
  readonly measure: Measure;
}

/** Every measure, in the order in which they are run. */
export const measures: readonly NamedMeasure[] = [
  { name: 'pacing', ids: ['P1'], measure: pacing },
  { name: 'storage', ids: ['P2'], measure: measureStorage },
  { name: 'unchanged-run', ids: ['P3'], measure: unchangedRun },
  { name: 'backfill-rate', ids: ['P4'], measure: backfillRate },
  { name: 'open-jobs', ids: ['P5'], measure: openJobs },
  { name: 'many-jobs', ids: ['P6', 'P7'], measure: manyJobs },
  { name: 'bundles', ids: ['P8'], measure: bundles },
];

/** Those that make any of the figures named, such as `P1,P3`; all where none is. Throws on a name that is none. */
export function pickMeasures(all: readonly NamedMeasure[], only: string | undefined): readonly NamedMeasure[] {
  if (only === undefined) return all;
  const wanted = only.split(',').map((id) => id.trim().toUpperCase());
  const known = all.flatMap(({ ids }) => ids);
  const unknown = wanted.filter((id) => !known.includes(id));
  if (unknown.length > 0) throw new Error(`no measure makes ${unknown.join(', ')}: there are ${known.join(', ')}`);
  return all.filter(({ ids }) => ids.some((id) => wanted.includes(id)));
}
