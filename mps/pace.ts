import pThrottle from 'p-throttle';

/** Waits until this process may make its next call. */
export type Pace = () => Promise<void>;

/** Share of the cap that may be used: a little above the quota's, so that slots met late can be caught up with. */
const margin = 0.995;

/** Calls are counted over a tenth of a second, or over what one call takes where that is longer. */
const parts = 10;

/**
 * Holds this process to its account's calls whatever the shared quota says: ten in any 100.5 ms where the cap is 100. So it
 * stops the burst that a database whose clock was set back would let through, and lets a process that met a few slots
 * late go back to meeting them at their moments: were calls held apart one by one, each delay would stay until a slot
 * had to be forfeited for it. Counted over longer times, more calls would crowd into one second where one was late.
 *
 * Only the first in the queue waits for a moment. Were all of them to wait, each for its own, a stalled process would
 * let go at once all whose moments it slept through: 129 calls in a second of 100 after 300 ms.
 */
export function createPace(callsPerSecond: number): Pace {
  const limit = Math.ceil(callsPerSecond / parts);
  const interval = (limit * 1000) / (callsPerSecond * margin);
  const nextMoment = pThrottle({ limit, interval, strict: true, weight: () => 1 })(async () => {});
  let turn = Promise.resolve();
  return () => {
    turn = turn.then(nextMoment);
    return turn;
  };
}
