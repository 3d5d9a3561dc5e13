import pThrottle from 'p-throttle';
import type { CallQuota } from '#mps/call-quota.ts';

/** `callsPerSecond` may leave in any window of this many ms: a second and what the network may make of it. */
const windowMs = 1020;

/**
 * Holds this process to its account's calls whatever the shared quota says: at most `callsPerSecond` leave in any
 * window. As a strict window over the moments at which calls really left, it takes nothing from evenly spaced slots,
 * and stops the burst that a stalled process, or a database whose clock was set back, would let through.
 */
export function createPacer(callsPerSecond: number): (quota: CallQuota) => CallQuota {
  const roomInWindow = pThrottle({ limit: callsPerSecond, interval: windowMs, strict: true })(async () => {});
  return (quota) => ({
    async take(lane) {
      await quota.take(lane);
      await roomInWindow();
    },
    throttled: quota.throttled,
  });
}
