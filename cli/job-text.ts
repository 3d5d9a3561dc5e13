import { type Paint, renderTable, type Style, shorten } from '#cli/table.ts';
import type { JobRow } from '#db/select-jobs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import { toJobJson, toTransitionJson } from '#view/job-json.ts';
import { toObjectName } from '#view/pages/object-name.ts';
import { toVisible, toVisibleJson } from '#view/pages/visible-text.ts';

const stateStyles: Readonly<Record<string, Style>> = { Fail: 'red', Success: 'green', Snapshoting: 'yellow' };

/** Columns of a table that is not cut: what is longer than a terminal is a matter of whoever reads the file. */
const unlimited = 10_000;

/** Jobs as a table. On a terminal, names of objects are cut to its width; ids never are. */
export function renderJobTable(
  jobs: readonly JobRow[],
  { paint, columns = unlimited }: { paint: Paint; columns?: number | undefined },
): string {
  if (jobs.length === 0) return 'No job has all of that.\n';
  const withSource = jobs.some(({ source }) => source !== 'default');
  const head = ['id', 'created', 'state', ...(withSource ? ['source'] : []), 'code', 'input'];
  const rows = jobs.map((job) => [
    job.id,
    toSecond(job.creation_time),
    job.state ?? '-',
    ...(withSource ? [job.source] : []),
    job.code ?? '-',
    toObjectName(job.input_object ?? '-'),
  ]);
  const used = head
    .slice(0, -1)
    .reduce((sum, title, column) => sum + 2 + widest([title, ...rows.map((row) => row[column] ?? '')]), 0);
  const room = Math.max(12, columns - used);
  const shown = rows.map((row) => [...row.slice(0, -1), shorten(row.at(-1) ?? '', room)]);
  return renderTable({
    head,
    rows: shown,
    paint,
    style: (row, column) => (column === 2 ? stateStyles[row[2] ?? ''] : undefined),
  });
}

const widest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));

/** Epoch seconds to the second, as MPS has them. */
const toSecond = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace(/\.\d+/, '');

/** One job: every field that has a value, then how its state changed, then the record itself where it was asked for. */
export function renderJob(job: JobRow, transitions: readonly TransitionRow[], paint: Paint): string {
  const { raw, ...fields } = toJobJson(job);
  const known = Object.entries(fields).filter(([, value]) => value !== null);
  const width = widest(known.map(([name]) => name));
  const lines = known.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${toVisible(String(value))}`);
  const history = renderTable({
    head: ['from', 'to', 'seen at', 'not before', 'run'],
    rows: transitions
      .map(toTransitionJson)
      .map((change) => [
        change.from_state ?? '(new)',
        change.to_state ?? '-',
        change.observed_at,
        change.previous_observed_at ?? '-',
        change.run_id === null ? '-' : String(change.run_id),
      ]),
    paint,
    style: (row, column) => (column === 1 ? stateStyles[row[1] ?? ''] : undefined),
  });
  return `${lines.join('\n')}\n\n${history}${raw ? `\n${toVisibleJson(raw)}\n` : ''}`;
}
