import type { Hono } from 'hono';
import { type Environment, parseConfig } from '#core/config.ts';
import type { Log } from '#core/log.ts';
import { createDatabase, type Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { createView } from '#view/app.ts';
import { createClosedView } from '#view/closed-view.ts';
import { toReplicaKey } from '#view/replica/authenticate.ts';

/** The view with the connections that it reads through. */
export interface OpenView {
  readonly app: Hono;
  close(): Promise<void>;
}

/** What carries a deployed view. */
export interface OpenViewOptions {
  readonly env: Environment;
  /** As many as requests may be under way in this process. */
  readonly connections: number;
  /** Gets the level that the configuration names. */
  readonly log: Log & { level: string };
}

/**
 * The view as it is deployed, where anybody may knock. The connection to the primary, for its forms, is opened only when
 * one is sent. A view that cannot be opened answers every request with the reason.
 */
export function openView({ env, connections, log }: OpenViewOptions): OpenView {
  try {
    const config = parseConfig(env, { required: env.VIEW_DATABASE_URL ? [] : ['DATABASE_URL'] });
    log.level = config.LOG_LEVEL;
    const { DATABASE_URL: primary, VIEW_DATABASE_URL: url = primary ?? '' } = config;
    const database = createReader({ url, connections, statementTimeoutMs: 10_000 });
    const writer = primary ? createDatabase({ url: primary, connections: 1, statementTimeoutMs: 10_000 }) : undefined;
    const app = createView({
      database,
      writer,
      tokens: config.VIEW_TOKEN ?? [],
      access: 'token',
      log,
      replicaKey: toReplicaKey(config),
    });
    return { app, close: () => closeAll([database, writer]) };
  } catch (error) {
    return { app: createClosedView(error, log), close: async () => {} };
  }
}

async function closeAll(databases: readonly (Database | undefined)[]): Promise<void> {
  await Promise.all(databases.map((database) => database?.close()));
}
