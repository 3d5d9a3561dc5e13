/** `npm run bench:footprint`: what the built sync takes in memory, and a stored job on disk. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { openPostgres, openStage } from './stage.ts';

const jobs = Number(process.argv[2] ?? 300_000);
const day = 86_400_000;
const to = Date.now() - day;
const dist = mkdtempSync(join(tmpdir(), 'mps-sync-footprint-'));
execFileSync(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
const postgres = await openPostgres();
const url = await postgres.createDatabase('footprint');
const stage = await openStage({
  qps: 100_000,
  latencyMs: { mean: 5, jitter: 0 },
  history: { count: jobs, from: to - 30 * day, to },
});
const host = createHost({
  codeDir: join(dist, 'sync'),
  functionName: 'mps-sync-sync',
  timeoutSeconds: 600,
  memoryMb: 512,
  region: 'cn-hangzhou',
  accountId: '1',
  credentials: { accessKeyId: DEMO_ACCESS_KEY_ID, accessKeySecret: DEMO_ACCESS_KEY_SECRET, securityToken: '' },
  initializer: 'index.initialize',
  environment: {
    DATABASE_URL: url,
    MPS_ENDPOINT: stage.url,
    MPS_QPS: '2000',
    SYNC_SINCE: new Date(to - 31 * day).toISOString(),
  },
});
const database = createDatabase({ url, connections: 1 });
try {
  const startedAt = performance.now();
  const answer = await host.invokeTimer({ triggerTime: '', triggerName: 'bench', payload: '{"until":"covered"}' });
  const seconds = (performance.now() - startedAt) / 1000;
  if (answer.error !== undefined) throw new Error(answer.error.errorMessage);
  const result = {
    at: new Date().toISOString(),
    jobs: await readNumber(sql`select count(*)::int as n from mps.job`),
    bytesPerJob: 0,
    peakMemoryMb: Math.round(answer.peakMemoryMb ?? 0),
    seconds: Math.round(seconds),
  };
  const bytes = await readNumber(sql`
    select sum(pg_total_relation_size(c.oid))::float8 as n from pg_class c
    join pg_namespace s on s.oid = c.relnamespace where s.nspname = 'mps' and c.relkind = 'r'`);
  result.bytesPerJob = Math.round(bytes / result.jobs);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (process.argv.includes('--write'))
    writeFileSync('bench/results/footprint.json', `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await database.close();
  await host.stop();
  await stage.close();
  await postgres.close();
  rmSync(dist, { recursive: true, force: true });
}

async function readNumber(statement: ReturnType<typeof sql>): Promise<number> {
  const [row] = (await database.query(statement)) as unknown as { n: number }[];
  return row?.n ?? 0;
}
