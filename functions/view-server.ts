import { createCustomServer, createLogger } from '@fc2/runtime';
import { getRequestListener } from '@hono/node-server';
import { type OpenView, openView } from '#view/open-view.ts';

/** Five connections serve the twenty requests that an instance may have under way: most of a request is not the query. */
const connections = 5;

const log = createLogger();
let view: OpenView | undefined;

function ensureView(): OpenView {
  view ??= openView({ env: process.env, connections, log });
  return view;
}

async function closeView(): Promise<void> {
  const open = view;
  view = undefined;
  await open?.close();
}

const server = createCustomServer({
  listener: getRequestListener((request) => ensureView().app.fetch(request)),
  initialize: () => void ensureView(),
  preStop: closeView,
  log,
});

/** The view as a server of its own, for the custom runtime: it streams, and takes several requests at a time. */
server.listen(Number(process.env.FC_SERVER_PORT || process.env.FC_CUSTOM_LISTEN_PORT || 9000), '0.0.0.0');

process.once('SIGTERM', () => {
  server.close(() => void closeView());
  server.closeIdleConnections();
});
