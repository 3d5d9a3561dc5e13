import pThrottle from 'p-throttle';

/** Waits for the next free call slot. Rejects with the signal's reason once the work is called off. */
export type Pace = () => Promise<void>;

/** Share of the cap that is used: what reaches a server in a second jitters with timers and the network. */
const margin = 0.97;

/**
 * Evenly spaced call slots. One call every `1000 / qps` ms, and not `qps` calls every second: a full burst at the end
 * of one second and another at the start of the next would put twice the cap into one sliding second.
 */
export function createPace(qps: number, signal?: AbortSignal): Pace {
  const interval = 1000 / (qps * margin);
  return pThrottle({ limit: 1, interval, ...(signal ? { signal } : {}) })(async () => {});
}
