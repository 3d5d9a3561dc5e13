import { createLifecycleHook, createTimerHandler } from '@fc2/runtime';
import { parseTimerConfig } from '#core/config.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { parseTimerPayload } from '#core/timer-payload.ts';
import { openEngine } from '#sync/open-engine.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { syncSources, throwIfFailed } from '#sync/sync-sources.ts';

/**
 * The timer function. Connections live as long as one call: a frozen instance wakes up with dead sockets, and the
 * few ms of connecting are nothing against a minute's interval.
 */
export const handler = createTimerHandler(async (event, { credentials, region, remainingMs, log }) => {
  const config = parseTimerConfig(process.env, region);
  log.level = config.LOG_LEVEL;
  const instructions = parseTimerPayload(event.payload);
  const sources = pickSources(toSources(config), instructions.source);
  const engine = openEngine({ databaseUrl: config.DATABASE_URL, env: process.env, credentials, log });
  const stop = createStopSignal(remainingMs());
  try {
    const untilCovered = instructions.until === 'covered';
    const runs = await syncSources({ ...engine, sources, signal: stop.signal, untilCovered });
    throwIfFailed(runs);
    return { runs };
  } finally {
    stop.clear();
    await engine.close();
  }
});

/** Loads the module before the first call, whose time limit would else count it, and refuses a bad configuration. */
export const initialize = createLifecycleHook(({ region }) => void toSources(parseTimerConfig(process.env, region)), {
  timeoutSeconds: 10,
});
