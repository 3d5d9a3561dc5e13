import type { Clock } from '#core/clock.ts';

export interface FakeClock extends Clock {
  /** The sleeps asked for, in ms. */
  readonly slept: number[];
  pass(ms: number): void;
}

/** A clock whose sleeps pass at once and are noted. */
export function createFakeClock(now = Date.UTC(2026, 0, 1)): FakeClock {
  const startedAt = now;
  const slept: number[] = [];
  const pass = (ms: number) => {
    now += ms;
  };
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    slept.push(ms);
    pass(ms);
  };
  return { slept, pass, now: () => now, elapsed: () => now - startedAt, sleep };
}
