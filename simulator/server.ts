import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCall } from './call.ts';
import { deliver } from './deliver.ts';
import { createGateway } from './gateway.ts';
import { createLife } from './generate.ts';
import { JobModel } from './job-model.ts';
import { resolveOptions, type Settings, type SimulatorOptions } from './options.ts';
import { createRandom, uniform } from './random.ts';
import { Traffic } from './traffic.ts';

/** A double that listens. */
export interface RunningSimulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** The jobs it serves; a test may change them at any time. */
  readonly model: JobModel;
  /** What it has seen. */
  readonly traffic: Traffic;
  /** The same, counted by access key: an account may have several callers. */
  readonly trafficByKey: Traffic;
  /** Stops it: cuts all connections, those of hanging calls too. */
  close(): Promise<void>;
}

/**
 * Starts a double of MPS on 127.0.0.1 that answers the one operation `QuerySnapshotJobList` (version 2014-06-18, RPC
 * style). Rejects when the port is taken (EADDRINUSE).
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const settings = resolveOptions(options);
  const model = options.model ?? new JobModel(options);
  const traffic = new Traffic();
  const trafficByKey = new Traffic();
  const life = options.life && createLife(model, options.life);
  const gateway = createGateway(settings, model, traffic, trafficByKey);
  const latency = createLatency(settings);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const server = createServer(
    listenWith(stopping.signal, async (request, response) => {
      const call = await readCall(request);
      life?.tick();
      const answer = gateway(call);
      await latency(stopping.signal);
      await deliver(response, answer, stopping.signal);
    }),
  );
  server.listen(settings.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, model, traffic, trafficByKey, close: () => close(server, stopping) };
}

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function listenWith(stopping: AbortSignal, serve: Serve): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (stopping.aborted || response.headersSent) {
        response.destroy();
      } else {
        reportDefect(response, error);
      }
    });
  };
}

function createLatency({ latencyMs, seed }: Settings): (signal: AbortSignal) => Promise<void> {
  if (latencyMs === undefined) {
    return () => Promise.resolve();
  }
  const { mean, jitter } = latencyMs;
  const random = createRandom(seed + 1);
  return (signal) => sleep(Math.max(0, uniform(random, mean - jitter, mean + jitter)), undefined, { signal });
}

/** A defect of the double or of a test's fault rule: shown as plain text, so that it does not pass for an answer of MPS. */
function reportDefect(response: ServerResponse, error: unknown): void {
  response.writeHead(500, { 'content-type': 'text/plain' }).end(`simulator defect: ${String(error)}`);
}

async function close(server: Server, stopping: AbortController): Promise<void> {
  if (!server.listening) {
    return;
  }
  stopping.abort();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
