import { describe, expect, it } from 'vitest';
import type { SlotBlock } from '#db/quota.ts';
import type { Pace } from '#mps/pace.ts';
import { createSharedQuota } from '#sync/shared-quota.ts';

const spacingMs = 20;
const tolerated = 10;

/** A machine whose clocks go wrong, and a database beside it whose clock is right and gives slots out. */
function setUp({ pace }: { pace?: (pass: (ms: number) => void) => Pace } = {}) {
  let time = 1_000_000;
  let [setBy, stoodStill] = [0, 0];
  const given: number[] = [];
  const pass = (ms: number) => {
    time += ms;
  };
  const clock = {
    now: () => time + setBy,
    elapsed: () => time - stoodStill,
    sleep: async (ms: number) => pass(ms),
  };
  const reserveSlots = async (_: unknown, wanted: number): Promise<SlotBlock> => {
    const start = Math.max(time, (given.at(-1) ?? 0) + spacingMs);
    const slots = Array.from({ length: wanted }, (_, index) => start + index * spacingMs);
    given.push(...slots);
    return { now: time, start, spacingMs, slots: wanted };
  };
  const controller = new AbortController();
  const quota = createSharedQuota({
    reserveSlots,
    reportThrottled: async () => {},
    callsPerSecond: 50,
    clock,
    signal: controller.signal,
    pace: pace?.(pass),
  });
  const takeMany = async (count: number): Promise<number[]> => {
    const left: number[] = [];
    for (let index = 0; index < count; index += 1) {
      await quota.take('fresh');
      left.push(time);
    }
    return left;
  };
  return {
    takeMany,
    given,
    stop: (reason: Error) => controller.abort(reason),
    set: (ms: number) => {
      setBy += ms;
    },
    freeze: (ms: number) => {
      pass(ms);
      stoodStill += ms;
    },
  };
}

/** How late each call left after the newest slot that was its own or before it. */
const toDelays = (left: readonly number[], given: readonly number[]): number[] =>
  left.map((at) => Math.min(...given.map((slot) => at - slot).filter((delay) => delay >= -1e-6)));

/** No slot is used twice: what leaves in a row is as far apart as slots are, but for what is tolerated. */
const toClosest = (left: readonly number[]): number =>
  Math.min(...left.slice(1).map((at, index) => at - (left[index] ?? 0)));

describe('slots', () => {
  it.each([
    ['back by less than a block of slots lasts', -100],
    ['back by minutes', -300_000],
    ['on by minutes', 300_000],
  ])('are met at their moments by a process whose clock is set %s', async (_, ms) => {
    const { takeMany, given, set } = setUp();
    const before = await takeMany(20);
    set(ms);
    const left = [...before, ...(await takeMany(40))];
    expect(Math.max(...toDelays(left, given))).toBeLessThanOrEqual(tolerated);
    expect(toClosest(left)).toBeGreaterThanOrEqual(spacingMs - tolerated);
    expect((left.at(-1) ?? 0) - (left[0] ?? 0)).toBeLessThan(60 * spacingMs + 1_000);
  });

  it('are forfeited by a process that was frozen with them, though its timers stood still', async () => {
    const { takeMany, given, freeze } = setUp();
    const before = await takeMany(20);
    freeze(3_600_000);
    const left = [...before, ...(await takeMany(20))];
    expect(Math.max(...toDelays(left, given))).toBeLessThanOrEqual(tolerated);
  });

  it('are forfeited by a process that is held up after it met them', async () => {
    let paced = 0;
    const { takeMany, given } = setUp({
      pace: (pass) => async () => {
        paced += 1;
        if (paced % 7 === 0) pass(13);
      },
    });
    const left = await takeMany(40);
    expect(paced).toBeGreaterThan(40);
    expect(Math.max(...toDelays(left, given))).toBeLessThanOrEqual(tolerated);
  });

  it('and moments of the pace are left to others once the work is called off', async () => {
    let paced = 0;
    const { takeMany, stop } = setUp({ pace: () => async () => void paced++ });
    stop(new Error('the run is over'));
    await expect(takeMany(1)).rejects.toThrow('the run is over');
    expect(paced).toBe(0);
  });
});
