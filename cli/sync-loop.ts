import type { Config, Environment } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { toSources } from '#core/sources.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { createCredentialSource } from '#mps/credentials.ts';
import { createMpsConnection } from '#sync/mps-connection.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { syncSources } from '#sync/sync-sources.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

const pauseMs = 2_000;

/** As on the platform, a run is bounded, so that fresh jobs are never kept waiting by a long history. */
const runMs = 60_000;

/** A killed process is missed for so long and no longer: the next one may be waiting in front of the screen. */
const leaseSeconds = 10;

/** Runs the sync again and again. Returns what stops it: a run under way ends cleanly first. */
export function startSyncLoop(options: {
  config: Config;
  url: string;
  env: Environment;
  log: Log;
}): () => Promise<void> {
  const { config, url, env, log } = options;
  const stopping = new AbortController();
  const connection = createMpsConnection({ config, credentials: createCredentialSource(env), clock, log });
  const database = createDatabase({ url });
  const store = createSyncStore(database);
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const run = createStopSignal(runMs);
      const signal = AbortSignal.any([stopping.signal, run.signal]);
      await syncSources({ sources: toSources(config), connection, store, clock, log, signal, leaseSeconds });
      run.clear();
      await clock.sleep(pauseMs, stopping.signal).catch(() => {});
    }
  };
  const ended = loop();
  return async () => {
    stopping.abort(new AppError('deadline', 'the process stops: the next start goes on'));
    await ended;
    await Promise.all([connection.close(), database.close()]);
  };
}
