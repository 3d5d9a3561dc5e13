import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Hono } from 'hono';
import { startAlertLoop } from '#cli/alert-loop.ts';
import { type Announcer, createAnnouncer, type Started } from '#cli/announcer.ts';
import { type Closers, createClosers } from '#cli/closers.ts';
import { type Demo, startDemo } from '#cli/demo.ts';
import { listenForInterrupt } from '#cli/interrupt.ts';
import type { CommandIo } from '#cli/io.ts';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { migrateHere } from '#cli/migrate.ts';
import { publishStart } from '#cli/running-start.ts';
import { decideCloud, isLoopback } from '#cli/start-check.ts';
import { refuseMixing } from '#cli/start-database.ts';
import { toFacts } from '#cli/start-facts.ts';
import { startSyncLoop } from '#cli/sync-loop.ts';
import { openViewServer } from '#cli/view-server.ts';
import { type Config, type Environment, parseConfig } from '#core/config.ts';
import { AppError, toAppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { createReader } from '#db/reader.ts';
import { createView } from '#view/app.ts';
import { toReplicaKey } from '#view/replica/authenticate.ts';

export interface StartOptions {
  readonly port: number;
  readonly host: string;
  /** Where the embedded Postgres and the demo keep what they have to remember. */
  readonly data: string;
  /** Whether the simulator may stand in for MPS. */
  readonly demo: boolean;
  readonly fast: boolean;
  readonly json: boolean;
}

/** `mps-sync start`: everything in one process, until Ctrl-C. Whatever fails on the way up takes all down again. */
export async function startCommand(options: StartOptions, { env, out }: CommandIo): Promise<void> {
  const config = parseConfig(env);
  const cloud = decideCloud({ ...options, config, env });
  const closers = createClosers();
  const announcer = createAnnouncer({ json: options.json, level: config.LOG_LEVEL, out });
  const stopped = once(listenForInterrupt('the process stops').signal, 'abort');
  try {
    announcer.started(await bringUp({ options, config, cloud, env, announcer, closers }));
    await stopped;
    announcer.stopping();
  } finally {
    await closers.closeAll();
  }
  announcer.stopped();
}

interface BringUp {
  readonly options: StartOptions;
  readonly config: Config;
  readonly cloud: boolean;
  readonly env: Environment;
  readonly announcer: Announcer;
  readonly closers: Closers;
}

async function bringUp({ options, config: configured, cloud, env, announcer, closers }: BringUp): Promise<Started> {
  const server = await openViewServer(options);
  closers.add(server.close);
  announcer.starting();
  const { log } = announcer;
  const directory = resolve(options.data);
  const url = configured.DATABASE_URL ?? (await startOwnPostgres(directory, cloud ? 'mps' : 'demo', closers));
  const onProgress = (progress: string) => log.warn({ progress }, 'migration_goes_on');
  const { applied } = await migrateHere(url, { onProgress }).catch((error) => {
    throw configured.DATABASE_URL ? unusable(error) : error;
  });
  if (configured.DATABASE_URL) await refuseMixing(url, { isDemo: !cloud });
  const demo = cloud ? undefined : await openDemo(directory, options.fast, closers);
  const effective = { ...env, ...demo?.env };
  const config = parseConfig(effective);
  server.serve(openView({ config, url, host: options.host, log, closers }));
  closers.add(startSyncLoop({ config, url, env: effective, log }));
  closers.add(await startAlertLoop({ config, url, log }));
  if (!configured.DATABASE_URL) {
    const lent = { ...demo?.env, DATABASE_URL: url };
    closers.add(await publishStart(directory, { isDemo: demo !== undefined, env: lent }));
  }
  const data = configured.DATABASE_URL ? undefined : options.data;
  return { ...toFacts({ config, url, data, simulator: demo?.url }), migrationsApplied: applied, view: server.url };
}

function openView(parts: { config: Config; url: string; host: string; log: Log; closers: Closers }): Hono {
  const { config, url, host, log, closers } = parts;
  const database = createReader({ url: config.VIEW_DATABASE_URL ?? url, connections: 4, statementTimeoutMs: 10_000 });
  const writer = createDatabase({ url, connections: 1 });
  closers.add(database.close);
  closers.add(writer.close);
  const access = isLoopback(host) ? 'loopback' : 'token';
  const tokens = config.VIEW_TOKEN ?? [];
  return createView({ database, writer, tokens, access, log, replicaKey: toReplicaKey(config) });
}

/** A demo has a database of its own: what it made up, and counts as read, must never pass for the account's jobs. */
async function startOwnPostgres(directory: string, database: 'mps' | 'demo', closers: Closers): Promise<string> {
  const postgres = await startLocalPostgres(directory);
  closers.add(postgres.stop);
  return ensureDatabase(postgres.url, database);
}

async function openDemo(directory: string, fast: boolean, closers: Closers): Promise<Demo> {
  await mkdir(directory, { recursive: true });
  const demo = await startDemo(directory, { fast });
  closers.add(demo.close);
  return demo;
}

/** A database that somebody else runs and that cannot be used is a matter of configuration. */
function unusable(error: unknown): AppError {
  return new AppError('config_invalid', `DATABASE_URL cannot be used: ${toAppError(error).message}`, { cause: error });
}
