import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { AppError } from '#core/errors.ts';

export interface ViewServer {
  readonly url: string;
  /** Puts an app behind the port. Until then every request is told to come again. */
  serve(app: Hono): void;
  close(): Promise<void>;
}

const starting = async () => new Response('starting\n', { status: 503, headers: { 'retry-after': '1' } });

/**
 * Takes the port before anything else is started, so that a taken one leaves nothing half-started. Loopback only.
 * Throws `port_taken`.
 */
export async function openViewServer(port: number): Promise<ViewServer> {
  let fetch: (request: Request) => Response | Promise<Response> = starting;
  const server = createServer(getRequestListener((request) => fetch(request)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toPortError(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

function toPortError(port: number, cause: Error): AppError {
  const taken = 'code' in cause && cause.code === 'EADDRINUSE';
  const message = taken
    ? `port ${port} of 127.0.0.1 is taken by another program: end it, or choose another with --port`
    : `port ${port} of 127.0.0.1 cannot be opened: ${cause.message}`;
  return new AppError('port_taken', message, { cause });
}
