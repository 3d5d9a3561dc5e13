import pThrottle from 'p-throttle';
import type { CallQuota } from '#mps/call-quota.ts';

/** Share of the cap at which calls leave one after another: a little above the quota's, so that it can catch up. */
const margin = 0.985;

/**
 * Holds this process to its account's calls whatever the shared quota says: one call every `1000 / callsPerSecond` ms
 * and a little, and not `callsPerSecond` calls every second, because a full burst at the end of one second and another
 * at the start of the next would put twice the cap into one sliding second. It smooths slots that were met late, and
 * stops the burst that a database whose clock was set back would let through.
 *
 * Only the first in the queue waits for a moment. Were all of them to wait, each for its own, a stalled process would
 * let go at once all whose moments it slept through: 129 calls in a second of 100 after 300 ms.
 *
 * Its `strict` mode is no choice: that spaces a full window by whole ms, 11 instead of 10.1 at 100 calls a second, and
 * so costs a tenth of them.
 */
export function createPacer(callsPerSecond: number): (quota: CallQuota) => CallQuota {
  const nextMoment = pThrottle({ limit: 1, interval: 1000 / (callsPerSecond * margin) })(async () => {});
  let turn = Promise.resolve();
  return (quota) => ({
    async take(lane) {
      await quota.take(lane);
      turn = turn.then(nextMoment);
      await turn;
    },
    throttled: quota.throttled,
  });
}
