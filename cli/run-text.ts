import { type Paint, renderTable, type Style } from '#cli/table.ts';
import type { RunOutcome, RunReport } from '#core/run.ts';

const styles: Readonly<Record<RunOutcome, Style>> = {
  completed: 'green',
  partial: 'yellow',
  failed: 'red',
  skipped: 'dim',
};

/** What every outcome that is not plain success means to whoever reads the report. */
const meanings: Readonly<Record<Exclude<RunOutcome, 'completed'>, string>> = {
  partial: 'what was read is stored, and the next run goes on from there',
  failed: 'what was read until then is stored',
  skipped: 'another run holds the source',
};

/** What the runs of a sync did, as a table, with a line on every run that did not complete. */
export function renderRuns(runs: readonly RunReport[], paint: Paint): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const table = renderTable({
    head: ['source', 'outcome', 'read', 'new', 'changed', 'rejected', 'calls', 'throttled'],
    rows: runs.map((run) => [
      run.source,
      run.outcome,
      ...[run.read, run.inserted, run.updated, run.rejected, run.calls, run.throttled].map(count),
    ]),
    paint,
    style: (row, column) => (column === 1 ? styles[row[1] as RunOutcome] : undefined),
  });
  return table + runs.map(describeTrouble).join('');
}

function describeTrouble({ source, outcome, errorCode }: RunReport): string {
  if (outcome === 'completed') return '';
  return `${source}: ${outcome}${errorCode ? ` (${errorCode})` : ''}: ${meanings[outcome]}\n`;
}
