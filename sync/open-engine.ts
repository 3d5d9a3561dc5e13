import type { Clock } from '#core/clock.ts';
import type { Environment } from '#core/config.ts';
import type { Log } from '#core/log.ts';
import { type AuditStore, createAuditStore } from '#db/audit-store.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore, type SyncStore } from '#db/sync-store.ts';
import { type Credentials, createCredentialSource } from '#mps/credentials.ts';
import { createMpsConnections, type MpsConnections } from '#sync/mps-connections.ts';
import { systemClock } from '#sync/system-clock.ts';

/** All that runs need besides their sources. */
export interface Engine {
  readonly store: SyncStore;
  /** What audits read. */
  readonly auditStore: AuditStore;
  readonly connect: MpsConnections['connect'];
  readonly clock: Clock;
  readonly log: Log;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly databaseUrl: string;
  /** Where the sources' access keys are looked up. */
  readonly env: Environment;
  /** What the platform gave this call. */
  readonly credentials?: Credentials | undefined;
  readonly log: Log;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/**
 * Connects the engine to MPS and to Postgres: two connections for pages, because a third gains nothing, and one for
 * call slots and leases, which must not wait behind pages.
 */
export function openEngine({
  databaseUrl,
  env,
  credentials: invocation,
  log,
  clock = systemClock,
}: EngineOptions): Engine {
  const database = createDatabase({ url: databaseUrl });
  const control = createDatabase({ url: databaseUrl, connections: 1 });
  const store = createSyncStore(database, control);
  const connections = createMpsConnections({
    credentials: ({ credentialVariables: variables }) => createCredentialSource(env, { invocation, variables }),
    store,
    clock,
    log,
  });
  return {
    store,
    auditStore: createAuditStore(database),
    connect: connections.connect,
    clock,
    log,
    close: async () => {
      await Promise.all([connections.close(), database.close(), control.close()]);
    },
  };
}
