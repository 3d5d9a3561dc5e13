/**
 * `npm run bench:growth -- [--sizes 10000,100000,1000000,10000000] [--url URL] [--write]`: what storing a new job costs beside
 * the jobs that are stored already, from none on. `--url` names a migrated database that is full already, to be measured
 * too; it gets some jobs more. `--write` keeps the figures, and draws them for the documentation.
 */
import { writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { renderCharts } from './chart.ts';
import { fill, measureRates } from './growth.ts';
import { readArguments } from './read-arguments.ts';
import { openPostgres } from './stage.ts';
import { toMedian, toPairedRatios } from './statistics.ts';

const usage = `npm run bench:growth -- [--sizes 10000,100000,…] [--url URL] [--write]
Tells what storing a job costs beside so many that are stored already.`;
const { values } = readArguments(usage, {
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000,10000000' },
    url: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = 9;
const sizes = values.sizes.split(',').map(Number);
const say = (text: string) => process.stderr.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);

const postgres = await openPostgres();
try {
  const databases = [{ jobs: 0, url: await postgres.createDatabase('growth_0') }];
  for (const jobs of sizes) {
    say(`storing ${jobs} jobs`);
    const url = await postgres.createDatabase(`growth_${jobs}`);
    await fill(url, jobs);
    databases.push({ jobs, url });
  }
  if (values.url !== undefined) databases.push({ jobs: await countJobs(values.url), url: values.url });
  say(`${rounds} rounds over ${databases.length} databases`);
  const urls = databases.map(({ url }) => url);
  const rates = await measureRates(urls, rounds);
  const costs = databases.map(({ jobs }, index) => toCost(jobs, rates[index] ?? [], rates[0] ?? []));
  process.stdout.write(`${JSON.stringify(costs, null, 1)}\n`);
  if (values.write) await write(costs);
} finally {
  await postgres.close();
}

interface Cost {
  readonly jobs: number;
  /** Wall clock, on two connections. */
  readonly microsecondsAJob: number;
  /** Of the rate of the empty database in the same round. */
  readonly rateBesideEmpty: number;
}

function toCost(jobs: number, rates: readonly number[], empty: readonly number[]): Cost {
  return {
    jobs,
    microsecondsAJob: Number((1e6 / toMedian(rates)).toFixed(1)),
    rateBesideEmpty: Number(toMedian(toPairedRatios(rates, empty)).toFixed(3)),
  };
}

async function countJobs(url: string): Promise<number> {
  const database = createDatabase({ url, connections: 1 });
  const [row] = await database.query<{ jobs: number }>(sql`select sum(jobs)::float8 as jobs from mps.job_daily`);
  await database.close();
  return row?.jobs ?? 0;
}

async function write(costs: readonly Cost[]): Promise<void> {
  await writeFile('bench/results/growth-curve.json', `${JSON.stringify({ at: new Date(), rounds, costs }, null, 1)}\n`);
  const along = 'as a power of ten of the jobs stored';
  const filled = costs.filter(({ jobs }) => jobs > 0);
  const points = (value: (cost: Cost) => number) => filled.map((cost) => [Math.log10(cost.jobs), value(cost)] as const);
  const charts = [
    { title: 'Storing a new job', unit: 'µs', along, points: points((cost) => cost.microsecondsAJob) },
    {
      title: 'Its rate beside an empty database',
      unit: '×',
      along,
      points: points((cost) => cost.rateBesideEmpty),
      bar: 0.9,
    },
  ];
  await writeFile('docs/images/growth.svg', renderCharts(charts));
}
