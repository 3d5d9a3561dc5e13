import { createTimerHandler } from '@fc2/runtime';
import { parseConfig } from '#core/config.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { parseTimerPayload } from '#core/timer-payload.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { createCredentialSource } from '#mps/credentials.ts';
import { createMpsConnection } from '#sync/mps-connection.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { syncSources, throwIfFailed } from '#sync/sync-sources.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

/**
 * The timer function. Connections live as long as one call: a frozen instance wakes up with dead sockets, and the
 * few ms of connecting are nothing against a minute's interval.
 */
export const handler = createTimerHandler(async (event, { credentials, region, remainingMs, log }) => {
  const config = parseConfig({ MPS_REGION: region, ...process.env }, { required: ['DATABASE_URL'] });
  log.level = config.LOG_LEVEL;
  const instructions = parseTimerPayload(event.payload);
  const sources = pickSources(toSources(config), instructions.source);
  const connection = createMpsConnection({
    config,
    credentials: createCredentialSource(process.env, credentials),
    clock,
    log,
  });
  const database = createDatabase({ url: config.DATABASE_URL });
  const stop = createStopSignal(remainingMs());
  try {
    const store = createSyncStore(database);
    const untilCovered = instructions.until === 'covered';
    const runs = await syncSources({ sources, connection, store, clock, log, signal: stop.signal, untilCovered });
    throwIfFailed(runs);
    return { runs };
  } finally {
    stop.clear();
    await Promise.all([connection.close(), database.close()]);
  }
});
