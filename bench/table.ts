import type { Figure } from './measure.ts';

/** The figures as a table of Markdown. Unless they are judged, it does not say whether a bar was met. */
export function renderTable(figures: readonly Figure[], { judged }: { judged: boolean }): string {
  const head = ['#', 'measure', 'bar', 'measured', ...(judged ? ['met'] : [])];
  const rows = figures.map(({ id, what, bar, measured, met }) => [
    id,
    what,
    bar,
    measured,
    ...(judged ? [met ? 'yes' : 'NO'] : []),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const toLine = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [toLine(head), toLine(widths.map((width) => '-'.repeat(width))), ...rows.map(toLine)].join('\n');
}
