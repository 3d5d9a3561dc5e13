import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { toDoubleSource } from '#scripts/run-once.ts';
import { createUndo, type Undo } from '#scripts/undo.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { startReceiver } from '../alerts/receiver.ts';
import { createRandom } from '../histories/random.ts';
import { openAccount } from './account.ts';
import { watchCompletions } from './completed-over-gaps.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { controlPostgres } from './postgres-control.ts';
import { waitForTakeover } from './takeover.ts';
import type { Targets } from './troubles.ts';
import { startWorkers } from './workers.ts';

export interface SceneOptions {
  readonly seed: number;
  readonly workers: number;
  /** When jobs stop coming, in epoch ms. */
  readonly endsAt: number;
}

/** Calls a second that the account grants. */
export const cap = 50;

/** Sources of that account, all of them: they share its calls, and each has a reader of its own. */
export const sourceNames = ['default', 'other'] as const;

const lookbackSeconds = 600;

/**
 * A server, an account, a receiver of alerts, all behind proxies, and instances at work. Whatever of it is there is taken away
 * when the process is told to end, too.
 */
export async function openScene(options: SceneOptions) {
  const undo = createUndo();
  const opening = openAll(undo, options);
  const close = closeOnSignal(async () => {
    await opening.catch(() => {});
    await undo.run();
  });
  try {
    return { ...(await opening), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

async function openAll(undo: Undo, { seed, workers: count, endsAt }: SceneOptions) {
  const since = Math.floor(Date.now() / 1000) - 6 * 3_600;
  const { url, database, postgres, ownDisk } = await openServer(undo);
  const receiver = await undo.open(startReceiver(), (each) => each.close());
  const account = { cap, from: since * 1000, endsAt, lookbackMs: lookbackSeconds * 1000 };
  const { simulator, storm, stale, reading } = await openAccount(account);
  undo.add(() => simulator.close());
  const proxies = await openProxies(undo, { toDatabase: url, toMps: simulator.url, toReceiver: receiver.url });
  const source = toDoubleSource(simulator.url, { since, callsPerSecond: cap, lookbackSeconds, pageSize: 50 });
  const { endpoint: _, ...plainSource } = source;
  const env = toEnvironment(`http://127.0.0.1:${proxies.toReceiver.port}/`);
  const workers = startWorkers(count, {
    databaseUrl: withPort(url, proxies.toDatabase.port),
    endpoint: `http://127.0.0.1:${proxies.toMps.port}`,
    sources: sourceNames.map((name) => ({ ...plainSource, name })),
    env,
    deadlineMs: 20_000,
    tickMs: 1_000,
  });
  undo.add(() => workers.close());
  const targets: Targets = {
    random: createRandom(seed),
    workers,
    ...proxies,
    postgres,
    storm,
    stale,
    waitForTakeover: (holding) => waitForTakeover(database, holding),
    storeBallast: () => database.query(storeBallast),
  };
  return { targets, url, database, simulator, receiver, reading, source, env, ownDisk };
}

/** On a small file system of its own where that is allowed. */
async function openServer(undo: Undo) {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-chaos-'));
  undo.add(() => rm(directory, { recursive: true, force: true }));
  const ownDisk = mountSmallDisk(directory);
  if (ownDisk) undo.add(() => execFileSync('umount', [directory]));
  const settings = ['shared_buffers=64MB', 'max_wal_size=256MB', 'max_connections=200', 'track_commit_timestamp=on'];
  const server = await startLocalPostgres(directory, settings);
  undo.add(() => server.stop());
  const url = await ensureDatabase(server.url, 'chaos');
  await runMigrations({ url, migrationsFolder: 'migrations' });
  const postgres = await controlPostgres(directory);
  undo.add(() => postgres.close());
  const database = createDatabase({ url });
  undo.add(() => database.close());
  await watchCompletions(database);
  return { url, database, postgres, ownDisk };
}

async function openProxies(undo: Undo, targets: Record<'toDatabase' | 'toMps' | 'toReceiver', string>) {
  const open = async (url: string) => {
    const proxy = await startFaultProxy(Number(new URL(url).port));
    undo.add(() => proxy.close());
    return proxy;
  };
  const { toDatabase, toMps, toReceiver } = targets;
  return { toDatabase: await open(toDatabase), toMps: await open(toMps), toReceiver: await open(toReceiver) };
}

const toEnvironment = (receiver: string): Record<string, string> => ({
  MPS_REGION: 'cn-hangzhou',
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
  ALERT_WEBHOOK_URL: receiver,
  ALERT_WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of exactly 32 bytes ...').toString('base64')}`,
  ALERT_ALLOW_HOSTS: '127.0.0.1',
  ALERT_RULES: 'job-failed',
  ALERT_GROUP_WAIT_SECONDS: '1',
  ALERT_GROUP_INTERVAL_SECONDS: '5',
});

/** Rolled back, so that a disk that has room is not filled by this. */
const storeBallast = sql`
  do $$ begin
    create table public.chaos_ballast as select repeat(md5(number::text), 32) from generate_series(1, 20000) as number;
    drop table public.chaos_ballast;
  end $$`;

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
