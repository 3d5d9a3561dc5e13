import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { toUrlHost } from '#cli/start-check.ts';
import { AppError } from '#core/errors.ts';

export interface ViewServer {
  readonly url: string;
  /** Puts an app behind the port. Until then every request is told to come again. */
  serve(app: Hono): void;
  close(): Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const starting = async () => new Response('starting\n', { status: 503, headers: { 'retry-after': '1' } });

/**
 * Takes the port before anything else is started, so that a taken one leaves nothing half-started. Throws `port_taken`.
 */
export async function openViewServer({ host, port }: Address): Promise<ViewServer> {
  let fetch: (request: Request) => Response | Promise<Response> = starting;
  const server = createServer(getRequestListener((request) => fetch(request)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toPortError({ host, port }, error)));
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${toUrlHost(host)}:${(server.address() as AddressInfo).port}`,
    serve: (app) => {
      fetch = app.fetch;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function toPortError({ host, port }: Address, cause: Error): AppError {
  const taken = 'code' in cause && cause.code === 'EADDRINUSE';
  const message = taken
    ? `port ${port} of ${host} is taken by another program: end it, or choose another with --port`
    : `port ${port} of ${host} cannot be opened: ${cause.message}`;
  return new AppError('port_taken', message, { cause });
}
