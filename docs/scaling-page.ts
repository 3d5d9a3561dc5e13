import { readConstants, renderScaleTable } from '../bench/scale-table.ts';

const table = /(<!-- scale-model -->\n)[\s\S]*(<!-- \/scale-model -->)/;

/** `docs/scaling.md` with the model's table, between its marks. */
export function renderScalingPage(text: string): string {
  return text.replace(
    table,
    (_, start: string, end: string) => `${start}\n${renderScaleTable(readConstants())}\n\n${end}`,
  );
}
