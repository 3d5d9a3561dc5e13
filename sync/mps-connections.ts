import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Source } from '#core/source.ts';
import type { SyncStore } from '#db/sync-store.ts';
import { createMpsClient, type MpsClient } from '#mps/client.ts';
import type { CredentialSource } from '#mps/credentials.ts';
import { createPace, type Pace } from '#mps/pace.ts';
import { createTransport } from '#mps/transport.ts';
import { createSourceQuota } from '#sync/shared-quota.ts';

export interface MpsConnections {
  /** A client for one run of a source: the signal ends its waits, and its counts are the run's. */
  connect(source: Source, signal: AbortSignal): MpsClient;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** The credentials of a source, asked before every request. */
  readonly credentials: (source: Source) => CredentialSource;
  readonly store: Pick<SyncStore, 'reserveSlots' | 'reportThrottled'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keep-alive connections to the endpoints of the sources, and the pace of their accounts, shared by a process's runs. */
export function createMpsConnections({ credentials, store, clock, log }: ConnectionOptions): MpsConnections {
  const transports = new Map<string, ReturnType<typeof createTransport>>();
  const paces = new Map<string, Pace>();
  return {
    connect(source, signal) {
      const { account, callsPerSecond } = source;
      const { origin, host } = source.endpoint;
      const transport = remember(transports, origin, () => createTransport({ origin }));
      const pace = remember(paces, account, () => createPace(callsPerSecond));
      const quota = createSourceQuota(source, { store, clock, signal, pace });
      const shared = { transport, host, credentials: credentials(source), quota };
      return createMpsClient({ ...shared, callsPerSecond, clock, signal, log });
    },
    close: async () => {
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

function remember<Value>(known: Map<string, Value>, key: string, create: () => Value): Value {
  const value = known.get(key) ?? create();
  known.set(key, value);
  return value;
}
