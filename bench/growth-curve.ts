/**
 * `npm run bench:growth`: draws, for the documentation, what storing a new job costs beside those that are stored, as the last
 * `npm run bench -- --full` kept it in `bench/results/many-jobs.json`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { readArguments } from '#scripts/read-arguments.ts';
import { renderCharts } from './chart.ts';
import type { Cost } from './growth.ts';

interface Kept {
  readonly size: string;
  readonly details: { readonly growth: { readonly costs: readonly Cost[] } };
}

readArguments(
  `npm run bench:growth
Draws docs/images/growth.svg from bench/results/many-jobs.json, which "npm run bench -- --full" writes.`,
  {},
);
const kept = JSON.parse(await readFile('bench/results/many-jobs.json', 'utf8')) as Kept;
if (kept.size !== 'full')
  throw new Error('bench/results/many-jobs.json is not of "npm run bench -- --full": run that first');
const along = 'as a power of ten of the jobs stored';
const filled = kept.details.growth.costs.filter(({ jobs }) => jobs > 0);
// Microseconds of different sizes are of different quarters of an hour: only what was measured in turn is drawn.
const chart = {
  title: 'Storing new jobs, rate beside none',
  unit: '×',
  along,
  points: filled.map(({ jobs, rateBesideNone }) => [Math.log10(jobs), rateBesideNone] as const),
  bar: 0.9,
};
await writeFile('docs/images/growth.svg', renderCharts([chart]));
