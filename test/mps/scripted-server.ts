import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { CallQuota } from '#mps/call-quota.ts';
import { createMpsClient, type MpsClientOptions } from '#mps/client.ts';
import { createFakeClock } from './fake-clock.ts';
import { connect, serve } from './servers.ts';

export type Answer = (response: ServerResponse) => unknown;
export const page: Answer = (response) =>
  response.end('{"RequestId":"r","SnapshotJobList":{"SnapshotJob":[{"Id":"a"}]}}');
export const refuse =
  (Code: string, status = 400, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify({ Code, RequestId: 'r' }));
export const busy = refuse('ServiceUnavailable', 503);
export const hang: Answer = () => {};

interface Call {
  readonly query: Record<string, string>;
  readonly headers: IncomingHttpHeaders;
}

/** A client and a server that gives these answers in turn, the last one for ever; `events` is what happened. */
export async function setUp(script: readonly Answer[], options: Partial<MpsClientOptions> = {}) {
  const calls: Call[] = [];
  const events: string[] = [];
  const { host, origin } = await serve(({ url = '', headers }, response) => {
    calls.push({ query: Object.fromEntries(new URLSearchParams(url.slice(2))), headers });
    events.push('call');
    script[Math.min(calls.length, script.length) - 1]?.(response);
  });
  const clock = createFakeClock();
  const quota: CallQuota = {
    take: async (lane) => void events.push(`slot ${lane}`),
    throttled: async () => void events.push('throttled'),
  };
  const client = createMpsClient({
    transport: connect(origin, 10_000),
    host,
    credentials: () => ({ accessKeyId: 'id', accessKeySecret: 'secret' }),
    quota,
    callsPerSecond: 100,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { client, clock, calls, events };
}
