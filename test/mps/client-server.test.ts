import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import type { MpsClientOptions } from '#mps/client.ts';
import { createFakeClock } from './fake-clock.ts';
import { authorizationOf } from './reference-signer.ts';
import { type Answer, busy, hang, page, refuse, setUp } from './scripted-server.ts';
import { watchRejections } from './servers.ts';

const query = { from: 1_700_000_000, to: 1_700_003_600, pageSize: 300, token: 'page-token', lane: 'history' } as const;
const over = new AppError('deadline', 'the run is over');

describe('every attempt', () => {
  it('is signed as it arrives, with a date, a nonce and the credentials of its own', async () => {
    let asked = 0;
    const credentials = () => {
      asked += 1;
      return { accessKeyId: `id-${asked}`, accessKeySecret: `secret-${asked}`, securityToken: `token-${asked}` };
    };
    const { client, calls } = await setUp([busy, busy, busy, page], { credentials, random: () => 1, retry: slow });
    await client.listJobs({ ...query, pipelineId: "p *!'()~ +/%&=é中" });
    expect(calls.map(({ headers }) => headers['x-acs-accesskey-id'])).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    expect(new Set(calls.map(({ headers }) => headers['x-acs-date'])).size).toBe(4);
    expect(new Set(calls.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(4);
    calls.forEach(({ headers, query }, index) => {
      const key = { accessKeyId: `id-${index + 1}`, secret: `secret-${index + 1}` };
      expect(headers.authorization).toBe(authorizationOf({ query, headers, ...key }));
      expect(query.PipelineId).toBe("p *!'()~ +/%&=é中");
    });
  });

  it('has a slot before it is made, and is counted; a throttled one is told before the wait', async () => {
    const throttle = refuse('Throttling.User', 503);
    const { client, events } = await setUp([throttle, busy, throttle, page]);
    await client.listJobs(query);
    expect(events).toEqual([
      ...['slot history', 'call', 'throttled'],
      ...['slot history', 'call'],
      ...['slot history', 'call', 'throttled'],
      ...['slot history', 'call'],
    ]);
    expect(client.counts()).toEqual({ calls: 4, throttled: 2 });
    await client.fetchJobs(['a']);
    expect(events.slice(-2)).toEqual(['slot fresh', 'call']);
    expect(client.counts()).toEqual({ calls: 5, throttled: 2 });
  });

  it('is timed alone', async () => {
    const { client, clock } = await setUp([
      (response) => {
        clock.pass(1_000);
        busy(response);
      },
      (response) => {
        clock.pass(40);
        page(response);
      },
    ]);
    expect((await client.listJobs(query)).latencyMs).toBe(40);
  });
});

const slow = { attempts: 4, baseMs: 2_000, maxMs: 60_000 };

describe('the waits between attempts', () => {
  it.each([
    ['longest', () => 1, [200, 400, 800, 1600, 3200]],
    ['half', () => 0.5, [100, 200, 400, 800, 1600]],
    ['shortest', () => 0, [0, 0, 0, 0, 0]],
  ])('double with each at most; the %s', async (_, random, expected) => {
    const { client, clock, calls } = await setUp([busy], { random });
    await expect(client.listJobs(query)).rejects.toMatchObject({ code: 'mps_unavailable' });
    expect(clock.slept).toEqual(expected);
    expect(calls).toHaveLength(6);
  });

  it.each([
    ['2500', 2600],
    ['0', 100],
    ['-5', 100],
    ['soon', 100],
    ['86400000', 20_000],
  ])('heed a server that asks for %s ms', async (wish, expected) => {
    const { client, clock } = await setUp([refuse('Throttling.User', 400, { 'x-acs-retry-after': wish }), page]);
    await client.listJobs(query);
    expect(clock.slept).toEqual([expected]);
  });

  it('are logged with the code and without what is secret', async () => {
    const lines: string[] = [];
    const warn = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
    const log = { debug: warn, info: warn, warn, error: warn } satisfies Log;
    const { client } = await setUp([(response) => response.destroy(), busy, page], { log });
    await client.listJobs(query);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { attempt: 1, waitMs: 100, code: 'mps_unavailable', message: 'mps_call_retried' },
      { attempt: 2, waitMs: 200, code: 'mps_unavailable', reason: expect.stringContaining('ServiceUnavailable') },
    ]);
    expect(lines.join()).not.toMatch(/page-token|secret|ACS3|Signature/);
  });
});

describe('a call', () => {
  it('without credentials is not made', async () => {
    const credentials = () => {
      throw new AppError('mps_credentials', 'no MPS credentials');
    };
    const { client, calls } = await setUp([page], { credentials });
    await expect(client.listJobs(query)).rejects.toMatchObject({ code: 'mps_credentials' });
    expect(calls).toEqual([]);
  });

  it('whose token is refused is not made again', async () => {
    const { client, calls } = await setUp([refuse('InvalidParameter'), page]);
    await expect(client.listJobs(query)).rejects.toMatchObject({ code: 'mps_token_refused', retryable: false });
    expect(calls).toHaveLength(1);
  });

  it('asks only for what was asked', async () => {
    const { client, calls } = await setUp([page]);
    await client.listJobs({ ...query, token: '', state: undefined });
    const asked = ['EndOfJobCreatedTimeRange', 'MaximumPageSize', 'StartOfJobCreatedTimeRange'];
    expect(calls[0]?.query && Object.keys(calls[0].query)).toEqual(asked);
    expect(calls[0]?.headers).toMatchObject({ accept: 'application/json', 'x-acs-action': 'QuerySnapshotJobList' });
  });
});

/** Resolves never; rejects with the reason when the signal aborts. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('a call that is called off', () => {
  const quota = (signal: AbortSignal): CallQuota => ({
    take: () => untilAborted(signal),
    throttled: async () => {},
  });
  const clock = {
    ...createFakeClock(),
    sleep: (_: number, signal = new AbortController().signal) => untilAborted(signal),
  };

  it.each<[string, Answer, (signal: AbortSignal) => Partial<MpsClientOptions>, number]>([
    ['a slot', page, (signal) => ({ quota: quota(signal) }), 0],
    ['its answer', hang, () => ({}), 1],
    ['the next attempt', busy, () => ({ clock }), 1],
  ])('while it waits for %s ends at once, with the very reason', async (_, answer, options, made) => {
    const unhandled = watchRejections();
    const controller = new AbortController();
    const { signal } = controller;
    const { client, calls } = await setUp([answer], { signal, ...options(signal) });
    const waiters = [client.listJobs(query), client.listJobs(query)];
    await expect.poll(() => calls.length).toBe(2 * made);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const started = performance.now();
    controller.abort(over);
    const results = await Promise.allSettled(waiters);
    expect(results.map((result) => result.status === 'rejected' && result.reason === over)).toEqual([true, true]);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(calls).toHaveLength(2 * made);
    expect(await unhandled()).toEqual([]);
  });
});
