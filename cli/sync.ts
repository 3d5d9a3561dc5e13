import { createConsoleLog } from '#cli/console-log.ts';
import { type Environment, parseConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { createCredentialSource } from '#mps/credentials.ts';
import { createMpsConnection } from '#sync/mps-connection.ts';
import { syncSources, throwIfFailed } from '#sync/sync-sources.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

/** `mps-sync sync`: one run of each source, until it is done or Ctrl-C. */
export async function syncCommand(options: { source?: string; json?: boolean }, env: Environment): Promise<void> {
  const config = parseConfig(env, { required: ['DATABASE_URL'] });
  const sources = pickSources(toSources(config), options.source);
  const log = createConsoleLog({ level: options.json ? 'error' : config.LOG_LEVEL, out: process.stderr });
  const connection = createMpsConnection({ config, credentials: createCredentialSource(env), clock, log });
  const database = createDatabase({ url: config.DATABASE_URL });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new AppError('deadline', 'stopped by Ctrl-C: the next run goes on')));
  try {
    const store = createSyncStore(database);
    const runs = await syncSources({ sources, connection, store, clock, log, signal: interrupted.signal });
    if (options.json) process.stdout.write(`${JSON.stringify({ runs })}\n`);
    throwIfFailed(runs);
  } finally {
    await Promise.all([connection.close(), database.close()]);
  }
}
