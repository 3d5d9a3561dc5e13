import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/**
 * What can happen to connections: all cut; gone without a word (half-open); answers lost while requests arrive (one-way);
 * every piece late (delay); an answer broken off in its middle (truncate).
 */
export const networkFaults = ['cut', 'half-open', 'one-way', 'delay', 'truncate'] as const;
export type NetworkFault = (typeof networkFaults)[number];

/** A TCP proxy on 127.0.0.1 that passes everything on, until it is told to misbehave. */
export interface FaultProxy {
  readonly port: number;
  /** Misbehaves until `heal`. Connections that went silent stay so for ever; later ones work. */
  strike(fault: NetworkFault): void;
  heal(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Which ways are dead: what is sent there vanishes. */
  silent: { toServer: boolean; toClient: boolean };
}

const delayMs = 400;

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let fault: NetworkFault | undefined;
  const server = createServer((client) => {
    const pair = connect(client, targetPort);
    pairs.add(pair);
    silence(pair, fault);
    forward(pair, () => fault);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      pair.upstream.destroy();
    };
    for (const socket of [client, pair.upstream]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => {
    for (const { client } of pairs) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    strike(next) {
      fault = next;
      if (next === 'cut') cutAll();
      for (const pair of pairs) silence(pair, next);
    },
    heal() {
      fault = undefined;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
}

function connect(client: Socket, port: number): Pair {
  const upstream = createConnection({ host: '127.0.0.1', port });
  return { client, upstream, silent: { toServer: false, toClient: false } };
}

function silence(pair: Pair, fault: NetworkFault | undefined): void {
  if (fault === 'half-open') pair.silent = { toServer: true, toClient: true };
  if (fault === 'one-way') pair.silent = { ...pair.silent, toClient: true };
}

function forward(pair: Pair, current: () => NetworkFault | undefined): void {
  const { client, upstream } = pair;
  client.on('data', (chunk) => {
    if (!pair.silent.toServer) later(current(), () => upstream.write(chunk));
  });
  upstream.on('data', (chunk) => {
    if (pair.silent.toClient) return;
    if (current() === 'truncate') {
      client.write(chunk.subarray(0, chunk.length / 2), () => client.destroy());
      pair.silent = { toServer: true, toClient: true };
      return;
    }
    later(current(), () => client.write(chunk));
  });
  client.on('end', () => upstream.end());
  upstream.on('end', () => client.end());
}

/** Timers of one length fire in the order in which they were set, so pieces stay in order while a fault lasts. */
function later(fault: NetworkFault | undefined, send: () => void): void {
  if (fault === 'delay') setTimeout(send, delayMs);
  else send();
}
