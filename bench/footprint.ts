/** `npm run bench:footprint [-- JOBS]`: what each built function takes in memory and time, and a stored job on disk. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres, type RunningPostgres } from '#scripts/postgres.ts';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { keepResult } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import { measureAlertMemory, measureSyncMemory, measureViewMemory } from './function-memory.ts';
import { openStage } from './stage.ts';

const usual = 300_000;
const usage = `npm run bench:footprint -- [jobs, else ${usual}]
Tells what each built function takes in memory and time, and a stored job on disk.`;
const { positionals } = readArguments(usage, { allowPositionals: true });
const jobs = readNumber(usage, 'jobs', positionals[0] ?? String(usual));
const failures = Math.min(10_000, jobs);
const day = 86_400_000;
const to = Date.now() - day;
const from = to - 30 * day;

const circumstances = readCircumstances();
const undo = createUndo();
const close = closeOnSignal(undo.run);
try {
  const removed = (path: string) => rm(path, { recursive: true, force: true });
  const dist = await undo.open(mkdtemp(join(tmpdir(), 'mps-sync-footprint-')), removed);
  execFileSync(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
  const postgres = await undo.open(openPostgres(), (server) => server.close());
  const measured = await measure(dist, postgres);
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  if (jobs >= usual) await keepResult('footprint', { ...circumstances, postgres: postgres.facts, ...measured });
} finally {
  await close();
}

async function measure(dist: string, postgres: RunningPostgres) {
  const history = { count: jobs, from, to };
  const opening = openStage({ qps: 100_000, latencyMs: { mean: 5, jitter: 0 }, history });
  const stage = await undo.open(opening, (double) => double.close());
  const url = await postgres.createDatabase('footprint');
  const since = new Date(from - day).toISOString();
  const sync = await measureSyncMemory(dist, { DATABASE_URL: url, MPS_ENDPOINT: stage.url, SYNC_SINCE: since });
  const stored = await readSize(url);
  if (stored.jobs !== jobs) throw new Error(`${stored.jobs} of ${jobs} jobs were stored`);
  const view = await measureViewMemory(dist, url);
  const alert = await measureAlertMemory(dist, await postgres.createDatabase('footprint_alert'), failures);
  return { jobs, bytesPerJob: Math.round(stored.bytes / jobs), sync, view, failures, alert };
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
