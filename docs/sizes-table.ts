import { readFileSync } from 'node:fs';

interface Footprint {
  readonly peakMb: number;
  readonly seconds: number;
}

interface Measured {
  readonly jobs: number;
  readonly failures: number;
  readonly sync: Footprint;
  readonly view: Readonly<Record<string, Footprint>>;
  readonly alert: Footprint;
}

const table = /(<!-- sizes -->\n)[\s\S]*(<!-- \/sizes -->)/;

/** `docs/deploy.md` with what `npm run bench:footprint` measured, between its marks. */
export function renderDeployPage(text: string): string {
  const file = new URL('../bench/results/footprint.json', import.meta.url);
  const measured = JSON.parse(readFileSync(file, 'utf8')) as Measured;
  return text.replace(table, (_, start: string, end: string) => `${start}\n${renderTable(measured)}\n\n${end}`);
}

function renderTable({ jobs, failures, sync, view, alert }: Measured): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const rows: (readonly [string, string, Footprint])[] = [
    ['sync', `stores ${count(jobs)} new jobs in one run`, sync],
    ...Object.entries(view).map(([what, footprint]) => ['view', what, footprint] as const),
    ['alert', `a round that meets ${count(failures)} failed jobs and tells of them`, alert],
  ];
  return [
    '| function | does | memory at the most | takes |',
    '| :-- | :-- | --: | --: |',
    ...rows.map(([name, what, { peakMb, seconds }]) => `| \`${name}\` | ${what} | ${peakMb} MB | ${seconds} s |`),
  ].join('\n');
}
