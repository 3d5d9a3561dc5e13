import { describe, expect, it } from 'vitest';
import { createMpsClient, maxIdsPerCall, type TimedPage } from '#mps/client.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { Fault, FaultRule } from '#simulator/fault.ts';
import { literalJobs, start, utc } from '../simulator/simulators.ts';
import { createFakeClock } from './fake-clock.ts';
import { connect } from './servers.ts';

const jobCount = 25;
const epochOf = (second: number) => Date.parse(utc(second)) / 1000;
const query = { from: epochOf(0), to: epochOf(jobCount), pageSize: 10, lane: 'fresh' } as const;

/** A client before a double with 25 jobs. It does not wait between attempts, but its calls are of this very time. */
async function setUp(faults: FaultRule, timeoutMs = 10_000) {
  const simulator = await start({ qps: 0, faults });
  const jobs = literalJobs(jobCount);
  for (const job of jobs) simulator.model.add(job);
  const clock = { ...createFakeClock(), now: Date.now };
  const client = createMpsClient({
    transport: connect(simulator.url, timeoutMs),
    host: new URL(simulator.url).host,
    credentials: () => ({ accessKeyId: DEMO_ACCESS_KEY_ID, accessKeySecret: DEMO_ACCESS_KEY_SECRET }),
    quota: { take: async () => {}, throttled: async () => {} },
    callsPerSecond: 1000,
    clock,
  });
  return { simulator, client, clock, newestFirst: jobs.toReversed() };
}

const faults: [string, Fault, timeoutMs?: number][] = [
  ['a reset', { kind: 'reset' }],
  ['a reset amid the page', { kind: 'reset', afterBytes: 40 }],
  ['no answer at all', { kind: 'hang' }, 1_000],
  ['a page that drips', { kind: 'drip', chunkBytes: 1 }, 1_000],
  ["a proxy's page", { kind: 'status', status: 502 }],
  ["a proxy's page that looks like a success", { kind: 'status', status: 200 }],
  ['an error that looks like a success', { kind: 'error', code: 'ServiceUnavailable' }],
  ['half a JSON', { kind: 'malformed-json' }],
  ['an empty body', { kind: 'empty-body' }],
  ['an empty body with 503', { kind: 'empty-body', status: 503 }],
  ['throttling', { kind: 'throttle' }],
];

describe('the client before the double', () => {
  it.each(faults)('gets its page, whole, after %s', async (_, fault, timeoutMs) => {
    const { simulator, client, newestFirst } = await setUp(
      ({ attempt }) => (attempt === 1 ? fault : undefined),
      timeoutMs,
    );
    const { records, nextToken } = await client.listJobs(query);
    expect(records).toEqual(newestFirst.slice(0, 10));
    expect(nextToken).toEqual(expect.any(String));
    expect(client.counts()).toEqual({ calls: 2, throttled: fault.kind === 'throttle' ? 1 : 0 });
    expect(simulator.traffic.calls).toBe(2);
  });

  it('reads a list to its end though each call of it goes wrong twice', async () => {
    const quick = faults.filter(([, , timeoutMs]) => timeoutMs === undefined).map(([, fault]) => fault);
    const rule: FaultRule = ({ sequence, attempt }) => (attempt <= 2 ? quick[sequence % quick.length] : undefined);
    const { client, newestFirst } = await setUp(rule);
    const pages: TimedPage[] = [];
    do pages.push(await client.listJobs({ ...query, token: pages.at(-1)?.nextToken }));
    while (pages.at(-1)?.nextToken);
    expect(pages.flatMap(({ records }) => records)).toEqual(newestFirst);
    expect(client.counts().calls).toBe(9);
  });

  it('gives up, with what was wrong last, on a server that never gets well', async () => {
    const { client, clock } = await setUp(({ attempt }) => ({ kind: 'throttle', retryAfterMs: attempt * 1000 }));
    await expect(client.listJobs(query)).rejects.toMatchObject({
      code: 'mps_throttled',
      upstreamCode: 'Throttling.User',
      retryAfterMs: 6_000,
    });
    expect(client.counts()).toEqual({ calls: 6, throttled: 6 });
    expect(clock.slept.map((ms, index) => ms >= (index + 1) * 1000)).toEqual(Array(5).fill(true));
  });

  it('hands a refused token back at once, for the walk to begin again', async () => {
    const { client } = await setUp(({ sequence }) => (sequence === 2 ? { kind: 'refuse-token' } : undefined));
    const { nextToken } = await client.listJobs(query);
    await expect(client.listJobs({ ...query, token: nextToken })).rejects.toMatchObject({ code: 'mps_token_refused' });
    expect(client.counts().calls).toBe(2);
  });

  it('gets jobs by id, and is told which are not there', async () => {
    const { client, newestFirst } = await setUp(() => undefined);
    const wanted = newestFirst.slice(3, 2 + maxIdsPerCall);
    const unknown = 'f'.repeat(32);
    const page = await client.fetchJobs([...wanted.map(({ Id }) => String(Id)), unknown]);
    expect(page).toMatchObject({ records: wanted, missingIds: [unknown], nextToken: undefined });
  });
});
