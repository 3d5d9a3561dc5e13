import { setTimeout as sleep } from 'node:timers/promises';
import { type HostAnswer, HostFunction, type HostTimings } from './host-function.ts';
import {
  type RawHttpEvent,
  type RequestLike,
  toFunctionComputeEvent,
  toResponse,
  toStandardRequest,
} from './host-http.ts';
import { createRequestId, type HostOptions } from './host-options.ts';

export type { HostAnswer, HostTimings } from './host-function.ts';
export type { RawHttpEvent, RequestLike } from './host-http.ts';
export type { FunctionError } from './host-instance.ts';
export type { HostOptions } from './host-options.ts';
export { loadFunction } from './load-function.mjs';

/** What an HTTP request came to: `response` is undefined when the function failed or returned no HTTP answer. */
export interface HostHttpAnswer extends HostAnswer {
  response: Response | undefined;
}

/** A function under a local stand-in for the built-in Node runtime. */
export interface Host {
  /** Sends the event as JSON. */
  invokeTimer(event: object): Promise<HostAnswer>;
  /** Sends a request, or a Function Compute v1 event as it is. */
  invokeHttp(input: Request | RequestLike | RawHttpEvent): Promise<HostHttpAnswer>;
  /** Sends the bytes as they are. `retryCount` is what the context will say, default 0. */
  invoke(event: Uint8Array | string, options?: { retryCount?: number }): Promise<HostAnswer>;
  /** Freezes the instance until the next call. Resolves after `ms`, default 0. */
  freeze(ms?: number): Promise<void>;
  /** Runs the preStop hook where an instance is up, ends the instance and removes the copied code. */
  stop(): Promise<void>;
  /** Every line the function has printed, over all instances. */
  readonly logs: readonly string[];
  readonly timings: Readonly<HostTimings>;
}

/**
 * Runs a built function folder as Function Compute's built-in Node runtime would: Buffer in, converted result out,
 * hooks, time limit, frozen between calls if asked. The instance starts with the first call; another follows one that
 * crashed or ran out of time. Like the platform's instances it answers one call at a time: others queue.
 */
export function createHost(options: HostOptions): Host {
  const hosted = new HostFunction(options);
  const inTurn = createQueue();
  const domainName = `${options.functionName}.${options.region}.fcapp.run`;
  let stopping: Promise<void> | undefined;

  const invoke: Host['invoke'] = async (event, { retryCount = 0 } = {}) => {
    if (stopping !== undefined) throw new Error('the host is stopped');
    return inTurn(() => hosted.invoke(Buffer.from(event), retryCount));
  };
  const invokeHttp: Host['invokeHttp'] = async (input) => {
    const event = 'requestContext' in input ? input : await toEvent(input, domainName);
    const answer = await invoke(JSON.stringify(event));
    return { ...answer, response: answer.error === undefined ? toResponse(answer.payload) : undefined };
  };
  const freeze = (ms = 0) =>
    inTurn(async () => {
      hosted.freeze();
      await sleep(ms);
    });
  const stop = () => {
    stopping ??= inTurn(() => hosted.stop());
    return stopping;
  };

  return {
    invoke,
    invokeTimer: (event) => invoke(JSON.stringify(event)),
    invokeHttp,
    freeze,
    stop,
    logs: hosted.logs,
    get timings() {
      return hosted.timings;
    },
  };
}

function toEvent(input: Request | RequestLike, domainName: string): Promise<object> {
  return toFunctionComputeEvent(toStandardRequest(input, domainName), domainName, createRequestId());
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
