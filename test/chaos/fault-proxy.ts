import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createPieceQueue } from './piece-queue.ts';

/**
 * What can happen to connections: all cut; gone without a word (half-open); answers lost while requests arrive, and the other way
 * round; every piece late (delay); an answer broken off in its middle (truncate).
 */
export const networkFaults = ['cut', 'half-open', 'answers-lost', 'requests-lost', 'delay', 'truncate'] as const;
export type NetworkFault = (typeof networkFaults)[number];

/**
 * A TCP proxy on 127.0.0.1 that passes everything on, until it is told to misbehave. Whatever it does, each side is given a
 * beginning of what the other sent, in order, as TCP gives it: nothing overtakes, and where something was lost no orderly end
 * follows, but for `truncate`, which is a server that dies in the middle.
 */
export interface FaultProxy {
  readonly port: number;
  /** How often each fault hit something: a connection, or for `delay` a piece of data. */
  readonly hits: Readonly<Record<NetworkFault, number>>;
  /** Misbehaves until `heal`. Connections that went silent stay so for ever; later ones work. */
  strike(fault: NetworkFault): void;
  heal(): void;
  close(): Promise<void>;
}

type Way = 'toServer' | 'toClient';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Which ways are dead: what is sent there vanishes. */
  readonly silent: Record<Way, boolean>;
}

/** What all connections of a proxy share. */
interface State {
  readonly pairs: Set<Pair>;
  readonly hits: Record<NetworkFault, number>;
  fault: NetworkFault | undefined;
}

const delayMs = 400;

/** The ways that each fault makes silent. */
const silenced: Partial<Record<NetworkFault, readonly Way[]>> = {
  'half-open': ['toServer', 'toClient'],
  'answers-lost': ['toClient'],
  'requests-lost': ['toServer'],
};

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const hits = { cut: 0, 'half-open': 0, 'answers-lost': 0, 'requests-lost': 0, delay: 0, truncate: 0 };
  const state: State = { pairs: new Set(), hits, fault: undefined };
  const server = createServer({ allowHalfOpen: true }, (client) => accept(state, client, targetPort));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hits,
    strike(fault) {
      state.fault = fault;
      if (fault === 'cut') hits.cut += cutAll(state);
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
  const upstream = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
  const pair: Pair = { client, upstream, silent: { toServer: false, toClient: false } };
  state.pairs.add(pair);
  silence(state, pair);
  forward(state, pair, 'toServer');
  forward(state, pair, 'toClient');
  for (const socket of [client, upstream]) {
    socket.on('close', () => {
      if (client.destroyed && upstream.destroyed) state.pairs.delete(pair);
    });
  }
}

/** Ends all connections at both sides. Returns how many there were. */
function cutAll({ pairs }: State): number {
  const open = [...pairs].filter(({ client }) => !client.destroyed);
  for (const { client, upstream } of pairs) {
    client.resetAndDestroy();
    upstream.resetAndDestroy();
  }
  return open.length;
}

function silence({ fault, hits }: State, { client, silent }: Pair): void {
  const ways = (fault && silenced[fault]) ?? [];
  if (!fault || client.destroyed || ways.every((way) => silent[way])) return;
  for (const way of ways) silent[way] = true;
  hits[fault] += 1;
}

/** Passes on what one side sends: its pieces, its orderly end, and that it broke off. */
function forward(state: State, pair: Pair, way: Way): void {
  const [from, to] = way === 'toServer' ? [pair.client, pair.upstream] : [pair.upstream, pair.client];
  const queue = createPieceQueue();
  const pass = (step: () => void) => queue(state.fault === 'delay' ? delayMs : 0, step);
  from.on('data', (chunk) => {
    if (pair.silent[way]) return;
    if (state.fault === 'delay') state.hits.delay += 1;
    if (way === 'toClient' && state.fault === 'truncate') truncate(state, pair, chunk, pass);
    else pass(() => to.write(chunk));
  });
  from.on('end', () => {
    if (!pair.silent[way]) pass(() => to.end());
    else breakOff(pair, way);
    // Nobody answers, and it has given up: let it go.
    if (way === 'toServer' && pair.silent.toClient) from.destroy();
  });
  from.on('error', () => {});
  from.on('close', (hadError) => {
    if (hadError || !from.readableEnded) pass(() => breakOff(pair, way));
  });
}

/**
 * A side that is gone resets the other. A silent way to the client stays silent, but a server is told even then: it would
 * keep what nobody uses any more, up to its last connection.
 */
function breakOff({ client, upstream, silent }: Pair, way: Way): void {
  if (way === 'toServer') upstream.resetAndDestroy();
  else if (!silent.toClient) client.resetAndDestroy();
}

/** The half of an answer, and then an end to everything. */
function truncate(
  { hits }: State,
  { client, upstream, silent }: Pair,
  chunk: Buffer,
  pass: (step: () => void) => void,
) {
  hits.truncate += 1;
  Object.assign(silent, { toServer: true, toClient: true });
  pass(() => {
    client.write(chunk.subarray(0, chunk.length / 2), () => client.destroy());
    upstream.resetAndDestroy();
  });
}
