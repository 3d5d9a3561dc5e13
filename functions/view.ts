import { createHttpHandler, createLifecycleHook, createLogger } from '@fc2/runtime';
import type { Hono } from 'hono';
import { parseConfig } from '#core/config.ts';
import type { Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { createView } from '#view/app.ts';
import { createClosedView } from '#view/closed-view.ts';
import { carriers } from '#view/context.ts';
import { toReplicaKey } from '#view/replica/authenticate.ts';

const log = createLogger();
let database: Database | undefined;
let app: Hono | undefined;

/** The HTTP function. Its connection outlives a call; the view's reads notice when a frozen one died, and connect anew. */
export const handler = createHttpHandler(
  (request, { platform }) => {
    app ??= openView();
    return app.fetch(request, carriers[platform]);
  },
  { log },
);

/** Opens the view before the first request, which would else wait for it. */
export const initialize = createLifecycleHook(
  () => {
    app ??= openView();
  },
  { log, timeoutSeconds: 10 },
);

export const preStop = createLifecycleHook(async () => {
  await database?.close();
  [app, database] = [undefined, undefined];
});

/** One connection: the platform hands an instance one request at a time. */
function openView(): Hono {
  try {
    const config = parseConfig(process.env, { required: ['DATABASE_URL'] });
    log.level = config.LOG_LEVEL;
    const url = config.VIEW_DATABASE_URL ?? config.DATABASE_URL;
    database = createReader({ url, connections: 1, statementTimeoutMs: 10_000 });
    return createView({
      database,
      tokens: config.VIEW_TOKEN ?? [],
      access: 'token',
      log,
      replicaKey: toReplicaKey(config),
    });
  } catch (error) {
    return createClosedView(error, log);
  }
}
