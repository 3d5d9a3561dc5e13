import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { createTransport, type Transport, type TransportOptions } from '#mps/transport.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A web server that the end of the test stops. */
export async function serve(listener: RequestListener) {
  const server = createHttpServer(listener);
  const open = new Set<Socket>();
  let sockets = 0;
  server.on('connection', (socket) => {
    sockets += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const host = await listen(server);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  /** `sockets`: all there ever were; `open`: those there are. */
  return { host, origin: `http://${host}`, sockets: () => sockets, open: () => open.size };
}

/** A server below HTTP, for what none of HTTP would do. Answers its origin. */
export async function serveRaw(onSocket: (socket: Socket) => void, protocol = 'http'): Promise<string> {
  const held = new Set<Socket>();
  const server = createTcpServer((socket) => {
    held.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  const host = await listen(server);
  closers.push(() => {
    for (const socket of held) socket.destroy();
    server.close();
  });
  return `${protocol}://${host}`;
}

/** A server that takes connections and never shakes hands: whoever speaks TLS to it connects for ever. */
export const serveNoHandshake = (): Promise<string> => serveRaw(() => {}, 'https');

/** A transport that the end of the test closes. */
export function connect(origin: string, timeoutMs = 300, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ origin, timeoutMs, ...options });
  closers.push(() => transport.close());
  return transport;
}

/** The rejections that nobody handles from now on; every promise that could be one has settled when it answers. */
export function watchRejections(): () => Promise<unknown[]> {
  const seen: unknown[] = [];
  const note = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', note);
  closers.push(() => void process.off('unhandledRejection', note));
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return seen;
  };
}
