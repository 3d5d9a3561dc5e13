import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPace } from '#mps/pace.ts';
import { connect, serve } from './servers.ts';

/** The most in any 1,000 ms, its end left out. */
const busiestSecond = (times: readonly number[]) =>
  Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 1000).length));

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
    const pace = createPace(50);
    const calls = Array.from({ length: 120 }, async () => {
      await pace();
      await transport.send({ path: '/', headers: {} });
    });
    await Promise.all(calls);
    // As many more than the cap as may leave together, when a timer or the network is late by 15 ms.
    expect(busiestSecond(arrivals)).toBeLessThanOrEqual(55);
    const seconds = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
    expect((arrivals.length - 1) / seconds).toBeGreaterThan(42);
  });

  it('is kept by a process that stalls: it does not make up for what it slept through', async () => {
    const pace = createPace(100);
    const left: number[] = [];
    setTimeout(() => stall(300), 400);
    const calls = Array.from({ length: 160 }, () => pace().then(() => left.push(performance.now())));
    await Promise.all(calls);
    expect(busiestSecond(left)).toBeLessThanOrEqual(102);
  });

  // Tried again, because a machine that stalls by itself in that very second makes it late too.
  it('is taken up again after a short stall, slot by slot', { retry: 3 }, async () => {
    const started = performance.now();
    const at = (slot: number) => started + slot * 10.3;
    let next = 0;
    const nextSlot = async () => {
      next += 1;
      const wait = at(next) - performance.now();
      if (wait > 0) await delay(wait);
    };
    const pace = createPace(100);
    setTimeout(() => stall(35), 300);
    const late: number[] = [];
    for (let slot = 1; slot <= 80; slot += 1) {
      await nextSlot();
      await pace();
      late.push(performance.now() - at(slot));
    }
    expect(Math.max(...late)).toBeGreaterThan(20);
    // Half of the later ones: a busy machine makes some wait at any time.
    expect(late.slice(60).toSorted((a, b) => a - b)[10]).toBeLessThan(15);
  });

  it('gives moments in the order in which they are asked for', async () => {
    const pace = createPace(500);
    const left: number[] = [];
    await Promise.all(Array.from({ length: 60 }, (_, index) => pace().then(() => left.push(index))));
    expect(left).toHaveLength(60);
    expect(left).toEqual(left.toSorted((a, b) => a - b));
  });
});
