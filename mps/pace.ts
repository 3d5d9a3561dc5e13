import pThrottle from 'p-throttle';

/** Waits for the next free call slot. Rejects with the signal's reason once the work is called off. */
export type Pace = () => Promise<void>;

/** Share of the cap that is used: what reaches a server in a second jitters with timers and the network. */
const margin = 0.97;

/** `qps` calls may leave in any window of this many ms: a second and what the network may make of it. */
const windowMs = 1020;

/**
 * Evenly spaced call slots, given in the order asked for. One call every `1000 / qps` ms, and not `qps` calls every
 * second: a full burst at the end of one second and another at the start of the next would put twice the cap into one
 * sliding second.
 *
 * One waiter at a time stands before the throttle, which fixes the moment of a call when it is asked. Were all of them
 * to ask at once, a process that stalls for 0.3 s would release the calls of that time in one burst, on top of the
 * second that follows: 52 calls where 40 are allowed. The window counts the moments at which calls really left.
 */
export function createPace(qps: number, signal?: AbortSignal): Pace {
  if (signal?.aborted) return () => Promise.reject(signal.reason);
  const abort = signal ? { signal } : {};
  const nextSlot = pThrottle({ limit: 1, interval: 1000 / (qps * margin), ...abort })(async () => {});
  const roomInWindow = pThrottle({ limit: qps, interval: windowMs, strict: true, ...abort })(async () => {});
  const takeSlot = async () => {
    signal?.throwIfAborted();
    await nextSlot();
    await roomInWindow();
    signal?.throwIfAborted();
  };
  let turn = Promise.resolve();
  return () => {
    const mine = turn.then(takeSlot);
    turn = mine.catch(() => {});
    return mine;
  };
}
