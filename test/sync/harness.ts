import { silentLog } from '#core/log.ts';
import type { RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import type { WritableDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { RunningSimulator } from '#simulator/server.ts';
import { createMpsConnections } from '#sync/mps-connections.ts';
import { runSync } from '#sync/run.ts';
import { systemClock } from '#sync/system-clock.ts';

export const demoCredentials = { accessKeyId: DEMO_ACCESS_KEY_ID, accessKeySecret: DEMO_ACCESS_KEY_SECRET };

export const testSource: Omit<Source, 'endpoint'> = {
  name: 'default',
  account: 'default',
  callsPerSecond: 1000,
  historyShare: 1,
  pageSize: 300,
  since: undefined,
  lookbackSeconds: 3600,
  settleSeconds: 5,
};

/** One run of the engine as it is wired in production: real transport, real store. */
export async function runOnce(
  simulator: Pick<RunningSimulator, 'url'>,
  database: WritableDatabase,
  options: {
    source?: Partial<Source>;
    signal?: AbortSignal;
    now?: () => number;
    leaseSeconds?: number;
    log?: typeof silentLog;
  } = {},
): Promise<RunReport> {
  const clock = { ...systemClock, now: options.now ?? systemClock.now };
  const store = createSyncStore(database);
  const connections = createMpsConnections({
    credentials: () => () => demoCredentials,
    store,
    // Signatures and call slots keep to the time of the servers.
    clock: systemClock,
    log: silentLog,
  });
  try {
    return await runSync({
      source: { ...testSource, endpoint: new URL(simulator.url), ...options.source },
      connect: connections.connect,
      store,
      clock,
      log: options.log ?? silentLog,
      signal: options.signal ?? new AbortController().signal,
      ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
    });
  } finally {
    await connections.close();
  }
}
