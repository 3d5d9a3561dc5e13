import type { Config, Environment } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { followSignals } from '#core/follow-signals.ts';
import type { Log } from '#core/log.ts';
import { toSources } from '#core/sources.ts';
import { openEngine } from '#sync/open-engine.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { syncSources } from '#sync/sync-sources.ts';

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
  const engine = openEngine({ databaseUrl: url, env, log });
  const sources = toSources(config);
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const run = createStopSignal(runMs);
      const { signal, release } = followSignals(stopping.signal, run.signal);
      await syncSources({ ...engine, sources, signal, leaseSeconds });
      run.clear();
      release();
      await engine.clock.sleep(pauseMs, stopping.signal).catch(() => {});
    }
  };
  const ended = loop();
  return async () => {
    stopping.abort(new AppError('deadline', 'the process stops: the next start goes on'));
    await ended;
    await engine.close();
  };
}
