import type { TimeTable } from '#view/pages/chart-data.ts';
import { Moment, Text, toCountText } from '#view/pages/text.tsx';

export interface ChartProps {
  readonly id: string;
  readonly title: string;
  readonly kind: 'stack' | 'lines';
  readonly table: TimeTable;
}

/**
 * A chart and the numbers it is drawn from. Without script the numbers are all there is, and open; the script draws
 * from them and folds them.
 */
export function Chart({ id, title, kind, table }: ChartProps) {
  return (
    <figure class="panel" id={id} data-chart={kind} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div class="plot" aria-hidden="true" />
      <details open>
        <summary>The numbers</summary>
        <section tabindex={0} aria-label={`${title}: the numbers`}>
          <Numbers title={title} kind={kind} table={table} />
        </section>
      </details>
    </figure>
  );
}

function Numbers({ title, kind, table: { series, rows } }: Omit<ChartProps, 'id'>) {
  const print = (value: number | null) => {
    if (value === null) return '–';
    return kind === 'stack' ? toCountText(value) : `${value.toFixed(1)} %`;
  };
  return (
    <table>
      <caption class="unseen">{title}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {series.map(({ name, key }) => (
            <th scope="col" class="number" data-key={key}>
              <Text value={name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ time, values }) => (
          <tr>
            <th scope="row">
              <Moment at={time} />
            </th>
            {values.map((value) => (
              <td class="number" data-value={value === null ? '' : String(value)}>
                {print(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
