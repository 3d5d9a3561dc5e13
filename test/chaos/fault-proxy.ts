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
  /** How often each fault hit something: a connection, or for `delay` a piece of data. */
  readonly hits: Readonly<Record<NetworkFault, number>>;
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

/** What all connections of a proxy share. */
interface State {
  readonly pairs: Set<Pair>;
  readonly hits: Record<NetworkFault, number>;
  fault: NetworkFault | undefined;
}

const delayMs = 400;

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const hits = { cut: 0, 'half-open': 0, 'one-way': 0, delay: 0, truncate: 0 };
  const state: State = { pairs: new Set(), hits, fault: undefined };
  const server = createServer((client) => accept(state, client, targetPort));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hits,
    strike(fault) {
      state.fault = fault;
      if (fault === 'cut') cutAll(state);
      for (const pair of state.pairs) silence(state, pair);
    },
    heal() {
      state.fault = undefined;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll(state);
      await closed;
    },
  };
}

function accept(state: State, client: Socket, port: number): void {
  const upstream = createConnection({ host: '127.0.0.1', port });
  const pair: Pair = { client, upstream, silent: { toServer: false, toClient: false } };
  state.pairs.add(pair);
  silence(state, pair);
  forward(state, pair);
  const end = () => {
    state.pairs.delete(pair);
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
}

function cutAll({ pairs, hits }: State): void {
  hits.cut += pairs.size;
  for (const { client } of pairs) client.destroy();
}

function silence({ fault, hits }: State, pair: Pair): void {
  const { toServer, toClient } = pair.silent;
  if (fault === 'half-open') pair.silent = { toServer: true, toClient: true };
  else if (fault === 'one-way') pair.silent = { toServer, toClient: true };
  else return;
  if (toServer !== pair.silent.toServer || !toClient) hits[fault] += 1;
}

function forward(state: State, pair: Pair): void {
  const { client, upstream } = pair;
  client.on('data', (chunk) => {
    if (!pair.silent.toServer) later(state, () => upstream.write(chunk));
  });
  upstream.on('data', (chunk) => {
    if (pair.silent.toClient) return;
    if (state.fault === 'truncate') truncate(state, pair, chunk);
    else later(state, () => client.write(chunk));
  });
  client.on('end', () => upstream.end());
  upstream.on('end', () => client.end());
}

function truncate({ hits }: State, pair: Pair, chunk: Buffer): void {
  hits.truncate += 1;
  pair.silent = { toServer: true, toClient: true };
  pair.client.write(chunk.subarray(0, chunk.length / 2), () => pair.client.destroy());
}

/** Timers of one length fire in the order in which they were set, so pieces stay in order while a fault lasts. */
function later({ fault, hits }: State, send: () => void): void {
  if (fault === 'delay') {
    hits.delay += 1;
    setTimeout(send, delayMs);
  } else {
    send();
  }
}
