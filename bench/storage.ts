import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { toMedian, toSpread } from './statistics.ts';
import { measureStoring, toRatios } from './storing.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const directory = await mkdtemp(join(tmpdir(), 'mps-sync-bench-'));
const server = await startLocalPostgres(directory, ['shared_buffers=512MB', 'max_wal_size=4GB']);
try {
  const url = await ensureDatabase(server.url, 'bench');
  await runMigrations({ url, migrationsFolder: 'migrations' });
  const rates = await measureStoring(url, values.quick ? { rounds: 3, rows: 6_000 } : { rounds: 9, rows: 15_000 });
  const ratios = toRatios(rates);
  const lines = Object.entries(rates).map(([way, each]) => `${way.padEnd(10)} ${describe(each, 0)} rows/s`);
  const bars = ratios.map(
    ({ way, against, bar, median, spread, met }) =>
      `${way} / ${against}`.padEnd(20) +
      `${median.toFixed(2)} (${spread.map((n) => n.toFixed(2)).join('–')}), bar ${bar}: ${met ? 'met' : 'MISSED'}`,
  );
  process.stdout.write(`${[...lines, '', ...bars].join('\n')}\n`);
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/storage.json', `${JSON.stringify({ at: new Date(), rates, ratios }, null, 1)}\n`);
} finally {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

function describe(values: readonly number[], digits: number): string {
  const [low, high] = toSpread(values);
  return `${toMedian(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
