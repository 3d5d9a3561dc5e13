import { readFileSync } from 'node:fs';
import { longestLookback, modelScale, type ScaleConstants, type ScaleInput } from './scale-model.ts';
import { toMedian } from './statistics.ts';
import type { Rates, Way } from './storing.ts';

const sizes = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
const accountCounts = [1, 10, 200];
const settings = { lookbackMinutes: 60, retentionDays: 90 };

/** The constants, medians of what `npm run bench -- --only P2` and `npm run bench:footprint` kept. */
export function readConstants(): ScaleConstants {
  const { details } = readJson<{ details: { rates: Rates } }>('results/storage.json');
  const footprint = readJson<{ bytesPerJob: number }>('results/footprint.json');
  const toRate = (way: Way) => Math.round(toMedian(details.rates[way]));
  return {
    callsPerSecond: 97,
    newRows: toRate('new'),
    changedRows: toRate('changed'),
    unchangedRows: toRate('unchanged'),
    bytesPerJob: footprint.bytesPerJob,
    jobsPerCall: 300,
  };
}

/** The table of `docs/scaling.md`, in Markdown. */
export function renderScaleTable(constants: ScaleConstants): string {
  const rows = sizes.flatMap((jobsPerDay) =>
    accountCounts.map((accounts) => toRow({ jobsPerDay, accounts, ...settings }, constants)),
  );
  const head =
    '| jobs a day | accounts | calls a day | a run takes | syncs at once | connections | 90 days stored | GB-s a day | gives first | longest lookback |';
  return [head, '| --: | --: | --: | --: | --: | --: | --: | --: | :-- | --: |', ...rows].join('\n');
}

function toRow(input: ScaleInput, constants: ScaleConstants): string {
  const result = modelScale(input, constants);
  const use = Math.round(result.use[result.givesFirst] * 100);
  const longest = longestLookback(input, constants);
  const cells = [
    count(input.jobsPerDay),
    count(input.accounts),
    count(result.callsPerDay),
    `${result.runSeconds.toFixed(1)} s`,
    result.busyInstances.toFixed(1),
    count(result.connections),
    result.storedGb < 1 ? '< 1 GB' : `${count(result.storedGb)} GB`,
    count(result.gbSecondsPerDay),
    `${result.givesFirst}, ${use} %`,
    longest === 0 ? 'none' : `${longest} min`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

function readJson<Result>(name: string): Result {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Result;
}
