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
  /** Whether `--full` measures more, so that its results are not to be overwritten by those of the usual size. */
  readonly fuller?: true;
}

export type Size = 'quick' | 'usual' | 'full';

/** The name of its results, without `.json`. */
export const toResultName = ({ name, fuller }: NamedMeasure, size: Size): string =>
  fuller && size !== 'full' ? `${name}.${size}` : name;

/** Every measure, in the order in which they are run. */
export const measures: readonly NamedMeasure[] = [
  { name: 'pacing', ids: ['P1'], measure: pacing },
  { name: 'storage', ids: ['P2'], measure: measureStorage },
  { name: 'unchanged-run', ids: ['P3'], measure: unchangedRun },
  { name: 'backfill-rate', ids: ['P4'], measure: backfillRate, fuller: true },
  { name: 'open-jobs', ids: ['P5'], measure: openJobs },
  { name: 'many-jobs', ids: ['P6', 'P7'], measure: manyJobs, fuller: true },
  { name: 'bundles', ids: ['P8'], measure: bundles },
];

const toWanted = (only: string): string[] => only.split(',').map((id) => id.trim().toUpperCase());

/** Says which of the figures named, such as `P1,P3`, nothing makes. */
export function unknownFigures(all: readonly NamedMeasure[], only: string | undefined): string | undefined {
  const known = all.flatMap(({ ids }) => ids);
  const unknown = only === undefined ? [] : toWanted(only).filter((id) => !known.includes(id));
  return unknown.length === 0 ? undefined : `no measure makes ${unknown.join(', ')}: there are ${known.join(', ')}.`;
}

/** Those that make any of the figures named; all where none is. */
export function pickMeasures(all: readonly NamedMeasure[], only: string | undefined): readonly NamedMeasure[] {
  if (only === undefined) return all;
  const wanted = toWanted(only);
  return all.filter(({ ids }) => ids.some((id) => wanted.includes(id)));
}
