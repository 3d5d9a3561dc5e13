/** `npm run bench:footprint [-- JOBS] [--write]`: what each built function takes in memory and time, and a stored job on disk. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { measureAlert, measureSync, measureView } from './function-memory.ts';
import { openPostgres, openStage } from './stage.ts';

const jobs = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 300_000);
const failures = 10_000;
const day = 86_400_000;
const to = Date.now() - day;
const from = to - 30 * day;

const dist = mkdtempSync(join(tmpdir(), 'mps-sync-footprint-'));
execFileSync(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
const postgres = await openPostgres();
const stage = await openStage({
  qps: 100_000,
  latencyMs: { mean: 5, jitter: 0 },
  history: { count: jobs, from, to },
});
try {
  const url = await postgres.createDatabase('footprint');
  const sync = await measureSync(dist, { DATABASE_URL: url, MPS_ENDPOINT: stage.url, SYNC_SINCE: toIso(from - day) });
  const stored = await readSize(url);
  if (stored.jobs !== jobs) throw new Error(`${stored.jobs} of ${jobs} jobs were stored`);
  const view = await measureView(dist, url);
  const alert = await measureAlert(dist, await postgres.createDatabase('footprint_alert'), failures);
  const bytesPerJob = Math.round(stored.bytes / jobs);
  const result = { at: new Date().toISOString(), jobs, bytesPerJob, sync, view, failures, alert };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (process.argv.includes('--write')) writeFileSync('bench/results/footprint.json', text);
} finally {
  await stage.close();
  await postgres.close();
  rmSync(dist, { recursive: true, force: true });
}

function toIso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Jobs, and the bytes of all tables with their indexes. */
async function readSize(url: string): Promise<{ jobs: number; bytes: number }> {
  const database = createDatabase({ url, connections: 1 });
  const [row] = await database.query<{ jobs: number; bytes: number }>(sql`
    select (select count(*)::int from mps.job) as jobs, sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_class c join pg_namespace s on s.oid = c.relnamespace where s.nspname = 'mps' and c.relkind = 'r'`);
  await database.close();
  return row ?? { jobs: 0, bytes: 0 };
}
