import { createConsoleLog } from '#cli/console-log.ts';
import { type Environment, parseConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { openEngine } from '#sync/open-engine.ts';
import { syncSources, throwIfFailed } from '#sync/sync-sources.ts';

/** `mps-sync sync`: one run of each source, until it is done or Ctrl-C. */
export async function syncCommand(options: { source?: string; json?: boolean }, env: Environment): Promise<void> {
  const config = parseConfig(env, { required: ['DATABASE_URL'] });
  const sources = pickSources(toSources(config), options.source);
  const log = createConsoleLog({ level: options.json ? 'error' : config.LOG_LEVEL, out: process.stderr });
  const engine = openEngine({ databaseUrl: config.DATABASE_URL, env, log });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new AppError('deadline', 'stopped by Ctrl-C: the next run goes on')));
  try {
    const runs = await syncSources({ ...engine, sources, signal: interrupted.signal });
    if (options.json) process.stdout.write(`${JSON.stringify({ runs })}\n`);
    throwIfFailed(runs);
  } finally {
    await engine.close();
  }
}
