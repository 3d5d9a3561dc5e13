import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Closers, createClosers } from '#cli/closers.ts';
import { createConsoleLog } from '#cli/console-log.ts';
import { type Demo, startDemo } from '#cli/demo.ts';
import { listenForInterrupt } from '#cli/interrupt.ts';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { migrateHere } from '#cli/migrate.ts';
import { startSyncLoop } from '#cli/sync-loop.ts';
import { openViewServer } from '#cli/view-server.ts';
import { type Config, type Environment, parseConfig } from '#core/config.ts';
import { AppError, toAppError } from '#core/errors.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { createReader } from '#db/reader.ts';
import { createView } from '#view/app.ts';
import { toReplicaKey } from '#view/replica/authenticate.ts';

export interface StartOptions {
  readonly port: number;
  /** Where the embedded Postgres and the demo keep what they have to remember. */
  readonly data: string;
}

/** `mps-sync start`: everything in one process, until Ctrl-C. Whatever fails on the way up takes all down again. */
export async function startCommand(options: StartOptions, env: Environment): Promise<void> {
  const closers = createClosers();
  const stopped = once(listenForInterrupt('the process stops').signal, 'abort');
  try {
    await bringUp(options, env, closers);
    say('\nCtrl-C stops it.\n');
    await stopped;
    say('\nStopping…');
  } finally {
    await closers.closeAll();
  }
  say('Stopped. What was stored stays stored.');
}

async function bringUp(options: StartOptions, env: Environment, closers: Closers): Promise<void> {
  const configured = parseConfig(env);
  checkCloud(configured);
  const log = createConsoleLog({ level: configured.LOG_LEVEL, out: process.stdout });
  const server = await openViewServer(options.port);
  closers.add(server.close);
  const directory = resolve(options.data);
  const url = configured.DATABASE_URL ?? (await startOwnPostgres(directory, closers));
  const { applied } = await migrateHere(url).catch((error) => {
    throw configured.DATABASE_URL ? unusable(error) : error;
  });
  say(`  database   ${withoutPassword(url)}${applied ? ` (${applied} migration(s) applied)` : ''}`);
  const demo = configured.ALIBABA_CLOUD_ACCESS_KEY_ID ? undefined : await openDemo(directory, closers);
  const effective = { ...env, ...demo?.env };
  const config = parseConfig(effective);
  say(`  MPS        ${demo ? `a simulator on ${demo.url}` : (config.MPS_ENDPOINT ?? config.MPS_REGION)}`);
  const database = createReader({ url: config.VIEW_DATABASE_URL ?? url, connections: 4, statementTimeoutMs: 10_000 });
  closers.add(database.close);
  server.serve(
    createView({
      database,
      tokens: config.VIEW_TOKEN ?? [],
      access: 'loopback',
      log,
      replicaKey: toReplicaKey(config),
    }),
  );
  closers.add(startSyncLoop({ config, url, env: effective, log }));
  say(`  view       ${server.url}${config.VIEW_TOKEN ? ' (asks for VIEW_TOKEN)' : ''}\n`);
  say(demo ? howToLeaveTheDemo : `  SQL        psql "${withoutPassword(url)}", schema report`);
}

async function startOwnPostgres(directory: string, closers: Closers): Promise<string> {
  const postgres = await startLocalPostgres(directory);
  closers.add(postgres.stop);
  return ensureDatabase(postgres.url, 'mps');
}

async function openDemo(directory: string, closers: Closers): Promise<Demo> {
  await mkdir(directory, { recursive: true });
  const demo = await startDemo(directory);
  closers.add(demo.close);
  return demo;
}

/** With a key, real MPS is meant, and then what it takes must be there before anything starts. */
function checkCloud(config: Config): void {
  if (!config.ALIBABA_CLOUD_ACCESS_KEY_ID) return;
  const missing = [
    config.ALIBABA_CLOUD_ACCESS_KEY_SECRET ? undefined : 'ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set',
    config.MPS_REGION || config.MPS_ENDPOINT
      ? undefined
      : 'MPS_REGION is not set: it wants a region id such as cn-hangzhou',
  ].filter((problem) => problem !== undefined);
  if (missing.length > 0) throw new AppError('config_invalid', missing.join('\n'));
}

const howToLeaveTheDemo = `To read your own jobs, set ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and MPS_REGION.
To use your own Postgres, set DATABASE_URL.`;

/** A database that somebody else runs and that cannot be used is a matter of configuration. */
function unusable(error: unknown): AppError {
  return new AppError('config_invalid', `DATABASE_URL cannot be used: ${toAppError(error).message}`, { cause: error });
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
