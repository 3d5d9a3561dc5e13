import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CallQuota } from '#mps/call-quota.ts';
import { createPacer } from '#mps/pace.ts';
import { connect, serve, watchRejections } from './servers.ts';

const unlimited: CallQuota = { take: async () => {}, throttled: async () => {} };

/** The most in any 1,000 ms, its end left out. */
const busiestSecond = (times: readonly number[]) =>
  Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 1000).length));

/** Slots that nobody gets before the work is called off. */
const waiting = (signal: AbortSignal): CallQuota => ({
  ...unlimited,
  take: () =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
});

function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('the pace', () => {
  it('is the cap, nearly used up, as a server sees it', async () => {
    const arrivals: number[] = [];
    const { origin } = await serve((_, response) => {
      arrivals.push(performance.now());
      response.end('{}');
    });
    const transport = connect(origin, 10_000);
    const quota = createPacer(50)(unlimited);
    const calls = Array.from({ length: 120 }, async () => {
      await quota.take('fresh');
      await transport.send({ path: '/', headers: {} });
    });
    await Promise.all(calls);
    // As many more than the cap as may leave together, when a timer or the network is late by 15 ms.
    expect(busiestSecond(arrivals)).toBeLessThanOrEqual(55);
    const seconds = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
    expect((arrivals.length - 1) / seconds).toBeGreaterThan(42);
  });

  it('is kept by a process that stalls: it does not make up for what it slept through', async () => {
    const quota = createPacer(100)(unlimited);
    const left: number[] = [];
    setTimeout(() => stall(300), 400);
    const calls = Array.from({ length: 160 }, () => quota.take('fresh').then(() => left.push(performance.now())));
    await Promise.all(calls);
    expect(busiestSecond(left)).toBeLessThanOrEqual(102);
  });

  it('is taken up again after a short stall, slot by slot', async () => {
    const started = performance.now();
    const at = (slot: number) => started + slot * 10.3;
    let next = 0;
    const slots: CallQuota = {
      ...unlimited,
      take: async () => {
        next += 1;
        const wait = at(next) - performance.now();
        if (wait > 0) await delay(wait);
      },
    };
    const quota = createPacer(100)(slots);
    setTimeout(() => stall(35), 300);
    const late: number[] = [];
    for (let slot = 1; slot <= 80; slot += 1) {
      await quota.take('fresh');
      late.push(performance.now() - at(slot));
    }
    expect(Math.max(...late)).toBeGreaterThan(20);
    // Half of the later ones: a busy machine makes some wait at any time.
    expect(late.slice(60).toSorted((a, b) => a - b)[10]).toBeLessThan(15);
  });

  it('gives moments in the order in which slots were got, whichever run they are for', async () => {
    const pacer = createPacer(500);
    const quotas = [pacer(unlimited), pacer(unlimited)];
    const left: number[] = [];
    const ask = (index: number) =>
      quotas[index % 2]?.take(index % 3 ? 'fresh' : 'history').then(() => left.push(index));
    await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index)));
    expect(left).toEqual(left.toSorted((a, b) => a - b));
  });

  it('asks for slots of the lane that the call is for, and passes on that MPS throttled', async () => {
    const heard: string[] = [];
    const quota = createPacer(500)({
      take: async (lane) => void heard.push(lane),
      throttled: async () => void heard.push('throttled'),
    });
    await quota.take('history');
    await quota.take('fresh');
    await quota.throttled();
    expect(heard).toEqual(['history', 'fresh', 'throttled']);
  });
});

describe('work that is called off', () => {
  const reason = new Error('the run is over');

  it('has all its waiters told, with the very reason, and nobody else', async () => {
    const unhandled = watchRejections();
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const pacer = createPacer(1);
    const quota = pacer(waiting(controller.signal));
    const waiters = Array.from({ length: 20 }, () => quota.take('fresh'));
    setTimeout(() => controller.abort(reason), 20);
    const results = await Promise.allSettled(waiters);
    expect(results).toEqual(Array(20).fill({ status: 'rejected', reason }));
    expect(results.every((result) => result.status === 'rejected' && result.reason === reason)).toBe(true);
    await expect(quota.take('fresh')).rejects.toBe(reason);
    expect(await unhandled()).toEqual([]);
  });

  it('has used no moments up: the next run begins at once', async () => {
    const pacer = createPacer(0.1);
    const refused = Array.from({ length: 5 }, () => pacer(waiting(AbortSignal.abort(reason))).take('fresh'));
    expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    const started = performance.now();
    await pacer(unlimited).take('fresh');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
