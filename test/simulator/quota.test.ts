import { describe, expect, test } from 'vitest';
import { DEMO_ACCESS_KEY_ID as ID, DEMO_ACCESS_KEY_SECRET as SECRET } from '#simulator/access-key.ts';
import { createQuota } from '#simulator/quota.ts';
import { Traffic } from '#simulator/traffic.ts';
import { call } from './signed-call.ts';
import { start } from './simulators.ts';

describe('the quota', () => {
  test('of a fixed second lets twice the cap through around its end', () => {
    const quota = createQuota(3, 'fixed');
    const waits = [900, 950, 990, 999, 1000, 1001, 1002, 1003, 2000].map((at) => quota.admit('a', at));
    expect(waits).toEqual([0, 0, 0, 1, 0, 0, 0, 997, 0]);
  });

  test('of a sliding second never lets more than the cap into any 1,000 ms', () => {
    const quota = createQuota(3, 'sliding');
    const waits = [900, 950, 990, 999, 1000, 1900, 1901, 1950].map((at) => quota.admit('a', at));
    expect(waits).toEqual([0, 0, 0, 901, 900, 0, 49, 0]);
  });

  test.each(['fixed', 'sliding'] as const)('of a %s second is separate for each account', (window) => {
    const quota = createQuota(1, window);
    expect([quota.admit('a', 1), quota.admit('b', 1), quota.admit('a', 2) > 0]).toEqual([0, 0, true]);
  });

  test('of zero refuses nothing', () => {
    const quota = createQuota(0, 'fixed');
    expect(Array.from({ length: 1000 }, () => quota.admit('a', 1)).every((wait) => wait === 0)).toBe(true);
  });

  test('is shared by the keys of one account, and a refused call is seen but takes nothing', async () => {
    let now = Date.now() - (Date.now() % 1000);
    const accessKeys = { [ID]: { secret: SECRET, account: 'one' }, second: { secret: SECRET, account: 'one' } };
    const { url, traffic } = await start({ qps: 2, now: () => now, accessKeys });
    const codes = [];
    for (const accessKeyId of [ID, 'second', ID, 'second']) {
      codes.push((await call(url, {}, { accessKeyId })).body.Code);
    }
    expect(codes).toEqual([undefined, undefined, 'Throttling.User', 'Throttling.User']);
    now += 1000;
    expect((await call(url)).status).toBe(200);
    expect(traffic.counts('one')).toEqual({ calls: 5, throttled: 2, refused: 0 });
    expect(traffic.maxInSlidingSecond()).toBe(4);
  });

  test('is not taken by a call with a wrong signature', async () => {
    const now = Date.now();
    const { url, traffic } = await start({ qps: 1, now: () => now });
    expect((await call(url, {}, { secret: 'wrong' })).body.Code).toBe('SignatureDoesNotMatch');
    expect((await call(url)).status).toBe(200);
    expect(traffic.counts()).toEqual({ calls: 2, throttled: 0, refused: 1 });
  });

  test.each([
    [{}, 400, 'Throttling.User', null],
    [{ throttleStatus: 429, throttleCode: 'Throttling.Api' }, 429, 'Throttling.Api', null],
    [{ throttleStatus: 503, throttleCode: 'Throttling', retryAfterHeader: 'ms' }, 503, 'Throttling', '600'],
  ] as const)('answers with the status, code and wait of %j', async (options, status, code, retryAfter) => {
    const now = Date.now() - (Date.now() % 1000) + 400;
    const { url } = await start({ qps: 1, now: () => now, ...options });
    await call(url);
    const reply = await call(url);
    expect([reply.status, reply.body.Code]).toEqual([status, code]);
    expect(reply.headers.get('x-acs-retry-after')).toBe(retryAfter);
  });
});

describe('the traffic', () => {
  const record = (times: number[], traffic = new Traffic(), account = 'a') => {
    for (const at of times) {
      traffic.record(account, at);
    }
    return traffic;
  };

  test('finds the busiest 1,000 ms, wherever they begin', () => {
    expect(record([0, 500, 999, 1000, 1400, 1499, 3000]).maxInSlidingSecond()).toBe(5);
    expect(record([0, 1000, 2000]).maxInSlidingSecond()).toBe(1);
    expect(new Traffic().maxInSlidingSecond()).toBe(0);
  });

  test('counts whole seconds, empty ones too', () => {
    const seconds = [
      { startsAt: 1000, calls: 2 },
      { startsAt: 2000, calls: 0 },
      { startsAt: 3000, calls: 1 },
    ];
    expect(record([1001, 1999, 3000]).perSecond()).toEqual(seconds);
    expect(new Traffic().perSecond()).toEqual([]);
  });

  test('keeps accounts apart, and the latest times of each only', () => {
    const traffic = record(
      Array.from({ length: 5000 }, (_, index) => index),
      new Traffic(2000),
    );
    record([10_000], traffic, 'b');
    expect(traffic.timestamps('a')).toEqual(Array.from({ length: 2000 }, (_, index) => 3000 + index));
    expect(traffic.timestamps()).toHaveLength(2001);
    expect(traffic.counts()).toMatchObject({ calls: 5001 });
    expect(traffic.maxInSlidingSecond('b')).toBe(1);
    traffic.clear();
    expect(traffic.calls).toBe(0);
  });

  test('of calls at once is noted by the wall clock, in order', async () => {
    const { url, traffic } = await start({ latencyMs: { mean: 30, jitter: 20 } });
    const before = Date.now();
    await Promise.all(Array.from({ length: 20 }, () => call(url)));
    const times = traffic.timestamps();
    expect(times).toHaveLength(20);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(before - 5);
    expect(times.at(-1)).toBeLessThan(Date.now() + 5);
  });
});
