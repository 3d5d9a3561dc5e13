/**
 * `npm run chaos -- [--minutes 30] [--seed 1] [--workers 3]`: the engine in processes of its own, over real sockets
 * and a real Postgres, while jobs flow and nearly everything breaks: connections on both sides, processes, the
 * database server, its disk, clocks, the quota. Then quiet; then the copy is compared with MPS field for field and
 * searched for breaches of the invariants. Exit status 0 when there is none.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { toBenchSource } from '../../bench/our-run.ts';
import { createRandom } from '../simulation/random.ts';
import { findBreaches } from './breaches.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { controlPostgres } from './postgres-control.ts';
import { type Stage, troubles } from './troubles.ts';
import { startWorkers } from './workers.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    workers: { type: 'string', default: '3' },
  },
});
const random = createRandom(Number(values.seed));
const startedAt = Date.now();
const endsAt = startedAt + Number(values.minutes) * 60_000;
const from = startedAt - 6 * 3_600_000;
const cap = 50;
const say = (text: string) =>
  process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const directory = await mkdtemp(join(tmpdir(), 'mps-sync-chaos-'));
const ownDisk = mountSmallDisk(directory);
say(
  `seed ${values.seed}, ${values.minutes} min; ${ownDisk ? 'the disk will fill up too' : 'may not mount: no full disk'}`,
);
const server = await startLocalPostgres(directory, [
  'shared_buffers=64MB',
  'max_wal_size=256MB',
  'max_connections=200',
]);
const storm = { on: false };
const simulator = await startSimulator({
  qps: cap,
  quotaWindow: 'sliding',
  latencyMs: { mean: 30, jitter: 20 },
  sameSecondOrder: 'shuffled',
  tokenTtlMs: 60_000,
  life: { jobsPerSecond: 5, now: () => Math.min(Date.now(), endsAt) },
  faults: ({ sequence }) => (storm.on && sequence % 4 !== 0 ? { kind: 'throttle' } : undefined),
});
seedHistory(simulator.model, { count: 20_000, from, to: startedAt, skew: 'bursty' });
const url = await ensureDatabase(server.url, 'chaos');
await runMigrations({ url, migrationsFolder: 'migrations' });
const [toDatabase, toMps] = await Promise.all([
  startFaultProxy(Number(new URL(url).port)),
  startFaultProxy(simulator.port),
]);
const { endpoint: _, ...source } = toBenchSource(simulator.url, {
  since: Math.floor(from / 1000),
  callsPerSecond: cap,
  lookbackSeconds: 600,
  pageSize: 50,
});
const workers = startWorkers(Number(values.workers), {
  databaseUrl: withPort(url, toDatabase.port),
  endpoint: `http://127.0.0.1:${toMps.port}`,
  source,
  env: { ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET },
  deadlineMs: 20_000,
  tickMs: 1_000,
});
const database = createDatabase({ url });
try {
  const counts = await makeTrouble({
    random,
    workers,
    toDatabase,
    toMps,
    postgres: await controlPostgres(directory),
    storm,
    ownDisk,
  });
  await waitForQuiet(simulator, database);
  await report(counts);
} finally {
  await workers.close();
  await Promise.all([database.close(), toDatabase.close(), toMps.close(), simulator.close()]);
  await server.stop();
  if (ownDisk) execFileSync('umount', [directory]);
  await rm(directory, { recursive: true, force: true });
}

/** One trouble after the other, sometimes two at once, until time is up. */
async function makeTrouble(stage: Stage): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const names = Object.keys(troubles) as [string, ...string[]];
  const once = async () => {
    const name = random.pick(names);
    counts[name] = (counts[name] ?? 0) + 1;
    say(await (troubles[name] ?? (async () => ''))(stage));
  };
  while (Date.now() < endsAt) {
    const isServers = random.chance(0.3);
    await Promise.all(isServers ? [once()] : [once(), troubles.mps?.(stage).then(say)]);
    await delay(random.between(200, 5_000));
  }
  for (let index = 0; index < workers.count; index += 1) workers.setSkew(index, 0);
  return counts;
}

/** Jobs have ended, and a run that began after that has read everything. Gives up, saying so, after five minutes. */
async function waitForQuiet({ model }: RunningSimulator, stored: Database): Promise<void> {
  say('quiet from here on');
  const isOver = () => model.all().every(({ State }) => State === 'Success' || State === 'Fail');
  while (!isOver()) await delay(1_000);
  const quietSince = new Date();
  for (const until = Date.now() + 300_000; Date.now() < until; await delay(1_000)) {
    const [row] = await stored.query<{ done: boolean }>(sql`
      select count(*) > 1 as done from mps.sync_run
      where outcome = 'completed' and started_at > ${quietSince.toISOString()}::timestamptz`);
    if (row?.done) return;
  }
  say('no run was completed in five minutes of quiet');
  process.exitCode = 1;
}

async function report(counts: Record<string, number>): Promise<void> {
  const { calls, throttled } = simulator.traffic.counts();
  const most = simulator.traffic.maxInSlidingSecond();
  const breaches = await findBreaches(database, simulator.model);
  if (most > cap) breaches.push(`${most} calls in one second, ${cap} are allowed (I4)`);
  const outcomes = Object.fromEntries(workers.outcomes);
  const facts = {
    seed: values.seed,
    minutes: values.minutes,
    jobs: simulator.model.size,
    calls,
    throttled,
    most,
    counts,
    outcomes,
    breaches,
  };
  process.stdout.write(`${JSON.stringify(facts, null, 1)}\n`);
  if (breaches.length > 0) process.exitCode = 1;
}

function withPort(address: string, port: number): string {
  const changed = new URL(address);
  changed.port = String(port);
  return changed.href;
}

/** A file system of 700 MB in memory, which can be filled without harm to anybody. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
