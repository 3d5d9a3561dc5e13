import type { Lane } from '#core/lane.ts';

/** The calls that an account may make, as one client sees them. */
export interface CallQuota {
  /** Waits for the next call slot. Rejects with the signal's reason once the work is called off. */
  take(lane: Lane): Promise<void>;
  /** Tells that MPS answered with `Throttling`. */
  throttled(): Promise<void>;
}
