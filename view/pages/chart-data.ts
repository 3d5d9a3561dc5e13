import { knownStates } from '#core/state.ts';
import type { StatRow } from '#db/select-stats.ts';
import type { Hours } from '#view/hours.ts';

/** A table of numbers over time, which a chart is drawn from. */
export interface TimeTable {
  readonly series: readonly { readonly name: string; readonly key?: string }[];
  readonly rows: readonly { readonly time: number; readonly values: readonly (number | null)[] }[];
}

const stateKeys: Readonly<Record<string, string>> = {
  Success: 'chart-success',
  Fail: 'chart-fail',
  Snapshoting: 'chart-busy',
  Submitted: 'chart-wait',
};
const other = 'other';

/** Every span of a range, also those in which nothing was created. */
function toTimes({ from, to }: Hours, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) }, (_, index) => from + index * step);
}

/** Jobs by state: a series each, those that MPS may have added together as `other`. */
export function toStateTable(stats: readonly StatRow[], hours: Hours, step: number): TimeTable {
  const nameOf = ({ state }: StatRow): string => (knownStates.some((known) => known === state) ? (state ?? '') : other);
  const hasOther = stats.some((row) => nameOf(row) === other);
  const names = ['Success', 'Fail', 'Snapshoting', 'Submitted', ...(hasOther ? [other] : [])];
  const counts = new Map<string, number>();
  for (const row of stats) {
    const cell = `${row.time} ${nameOf(row)}`;
    counts.set(cell, (counts.get(cell) ?? 0) + row.jobs);
  }
  return {
    series: names.map((name) => ({ name, key: stateKeys[name] ?? 'chart-odd' })),
    rows: toTimes(hours, step).map((time) => ({
      time,
      values: names.map((name) => counts.get(`${time} ${name}`) ?? 0),
    })),
  };
}

/** A pipeline's jobs over the whole range. */
export interface PipelineTotal {
  readonly pipeline: string | null;
  readonly jobs: number;
  readonly failed: number;
}

/** The pipelines, the one with most failures first. */
export function toPipelineTotals(stats: readonly StatRow[]): PipelineTotal[] {
  const totals = new Map<string | null, { pipeline: string | null; jobs: number; failed: number }>();
  for (const { pipeline_id: pipeline, jobs, failed } of stats) {
    const total = totals.get(pipeline) ?? { pipeline, jobs: 0, failed: 0 };
    totals.set(pipeline, { pipeline, jobs: total.jobs + jobs, failed: total.failed + failed });
  }
  return [...totals.values()].sort((a, b) => b.failed - a.failed || b.jobs - a.jobs);
}

/** Failed jobs in percent over time, of the given pipelines; `null` where a pipeline had no job. */
export function toRateTable(
  stats: readonly StatRow[],
  pipelines: readonly (string | null)[],
  hours: Hours,
  step: number,
): TimeTable {
  const rates = new Map(stats.map((row) => [`${row.time} ${row.pipeline_id}`, (100 * row.failed) / row.jobs]));
  return {
    series: pipelines.map((pipeline) => ({ name: pipeline === null ? 'no pipeline' : pipeline.slice(0, 8) })),
    rows: toTimes(hours, step).map((time) => ({
      time,
      values: pipelines.map((pipeline) => rates.get(`${time} ${pipeline}`) ?? null),
    })),
  };
}
