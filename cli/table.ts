import { styleText } from 'node:util';
import CliTable from 'cli-table3';
import { toVisible } from '#view/pages/visible-text.ts';

/** Where a command writes what it found. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Characters in a line of the terminal. */
  readonly columns?: number | undefined;
}

export type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal, unless `NO_COLOR` is set (https://no-color.org); plain text elsewhere. */
export function createPaint(out: Output, env: Readonly<Record<string, string | undefined>>): Paint {
  const plain = !out.isTTY || Boolean(env.NO_COLOR);
  return (style, text) => (plain ? text : styleText(style, text));
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'mid'].flatMap((place) => [
    [place, ''],
    [`${place}-mid`, ''],
    [`${place}-left`, ''],
    [`${place}-right`, ''],
  ]),
);

export interface TableOptions {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly paint: Paint;
  /** Which style a row's cells have, where they have any. */
  readonly style?: (row: readonly string[], column: number) => Style | undefined;
}

/** Rows under their heads, in columns: wide characters count as two, unseen ones are named. */
export function renderTable({ head, rows, paint, style }: TableOptions): string {
  const table = new CliTable({
    head: head.map((title) => paint('dim', title)),
    chars: { ...noLines, left: '', 'left-mid': '', right: '', 'right-mid': '', 'mid-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    table.push(
      row.map((cell, column) => {
        const chosen = style?.(row, column);
        return chosen ? paint(chosen, toVisible(cell)) : toVisible(cell);
      }),
    );
  }
  return `${table.toString().replace(/[ \t]+$/gm, '')}\n`;
}

/** A text cut to a width, with an ellipsis for what is missing. */
export const shorten = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
