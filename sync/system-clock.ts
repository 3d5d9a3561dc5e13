import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#core/clock.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {}).catch((error) => {
      throw signal?.reason ?? error;
    });
  },
};
