import { setMaxListeners } from 'node:events';
import type { Clock } from '#core/clock.ts';
import { AppError } from '#core/errors.ts';
import { followSignals } from '#core/follow-signals.ts';
import type { Lease } from '#db/lease.ts';
import type { SyncStore } from '#db/sync-store.ts';

export interface LeaseKeeper {
  /** Aborted when the run has to stop, and when the lease is lost. */
  readonly signal: AbortSignal;
  /** Runs `work`, but at most once in each third of the lease's time. */
  beat(work: () => Promise<void>): Promise<void>;
  stop(): void;
}

/**
 * Extends a lease for as long as a run takes, whether or not it gets anywhere: a run that waits out a throttled
 * minute keeps its source. Whoever lost the lease is told by the signal; a write could not pass the fence anyway.
 */
export function keepLease(options: {
  store: SyncStore;
  lease: Lease;
  clock: Clock;
  seconds: number;
  signal: AbortSignal;
}): LeaseKeeper {
  const { store, lease, clock, seconds } = options;
  const lost = new AbortController();
  const stopped = new AbortController();
  const everyMs = (seconds * 1000) / 3;
  const extendForever = async () => {
    for (;;) {
      await clock.sleep(everyMs, stopped.signal);
      if (!(await extend(store, lease, seconds))) break;
    }
    lost.abort(new AppError('fence_lost', `another run took over source "${lease.name}"`));
  };
  extendForever().catch(() => {
    // Only the sleep throws, and only when the keeper was stopped.
  });
  let lastBeat = clock.now();
  const { signal, release } = followSignals(options.signal, lost.signal);
  // Each walker's call and wait listens to it, and all of them stop listening.
  setMaxListeners(0, signal);
  return {
    signal,
    beat: async (work) => {
      if (clock.now() - lastBeat < everyMs) return;
      lastBeat = clock.now();
      await work();
    },
    stop: () => {
      stopped.abort();
      release();
    },
  };
}

/** A database that is away for a moment costs an extension and not the lease. */
async function extend(store: SyncStore, lease: Lease, seconds: number): Promise<boolean> {
  try {
    return await store.extendLease(lease, seconds);
  } catch {
    return true;
  }
}
