import type { Clock } from '#core/clock.ts';

/** A clock that stands still until it is moved; who sleeps moves it. */
export interface VirtualClock extends Clock {
  advance(seconds: number): void;
}

export function createVirtualClock(startMs = Date.now()): VirtualClock {
  let now = startMs;
  return {
    now: () => now,
    elapsed: () => now - startMs,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    sleep: async (ms) => {
      now += ms;
    },
  };
}
