import { silentLog } from '#core/log.ts';
import type { RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import type { Database } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { RunningSimulator } from '#simulator/server.ts';
import { createMpsConnection } from '#sync/mps-connection.ts';
import { runSync } from '#sync/run.ts';
import { systemClock } from '#sync/system-clock.ts';

export const demoCredentials = { accessKeyId: DEMO_ACCESS_KEY_ID, accessKeySecret: DEMO_ACCESS_KEY_SECRET };

export const testSource: Source = {
  name: 'default',
  pageSize: 300,
  since: undefined,
  lookbackSeconds: 3600,
  settleSeconds: 5,
};

/** One run of the engine as it is wired in production: real transport, real store. */
export async function runOnce(
  simulator: Pick<RunningSimulator, 'url'>,
  database: Database,
  options: {
    source?: Partial<Source>;
    signal?: AbortSignal;
    now?: () => number;
    qps?: number;
    leaseSeconds?: number;
  } = {},
): Promise<RunReport> {
  const clock = { ...systemClock, now: options.now ?? systemClock.now };
  const config = { MPS_ENDPOINT: simulator.url, MPS_REGION: undefined, MPS_QPS: options.qps ?? 1000 };
  const connection = createMpsConnection({ config, credentials: () => demoCredentials, clock, log: silentLog });
  try {
    return await runSync({
      source: { ...testSource, ...options.source },
      connect: connection.connect,
      store: createSyncStore(database),
      clock,
      log: silentLog,
      signal: options.signal ?? new AbortController().signal,
      ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
    });
  } finally {
    await connection.close();
  }
}
