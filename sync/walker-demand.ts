import type { StepTrace } from '#sync/walker.ts';

/** As many as the transport keeps sockets for. */
const maxWalkers = 48;

/** Calls that may be wasted on guesses, as a share of those needed. */
const wasteAllowed = 0.2;

/** Above the bare need, so that a slow answer does not leave slots unused. */
const reserve = 1.4;

/**
 * How many walkers it takes to use every call slot, by Little's law: calls a second times seconds a page takes. More
 * would only wait for slots, and each costs a call at the end of its list.
 */
export function createWalkerDemand(callsPerSecond: number, pageSize: number) {
  let cycleMs = 80;
  let largestPage = 0;
  let pages = 0;
  let records = 0;
  const jobsPerPage = () => largestPage || pageSize;
  return {
    observe(trace: StepTrace): void {
      cycleMs += (trace.cycleMs - cycleMs) / 8;
      largestPage = Math.max(largestPage, trace.records);
      pages += 1;
      records += trace.records;
    },
    wanted: () => Math.min(maxWalkers, Math.ceil((callsPerSecond * cycleMs * reserve) / 1000) + 1),
    /** The largest page seen: a server may answer with fewer jobs than asked for. */
    jobsPerPage,
    /** Whether nearly all pages so far came full. */
    isSparing: () => pages < (records / jobsPerPage()) * (1 + wasteAllowed) + maxWalkers,
  };
}

export type WalkerDemand = ReturnType<typeof createWalkerDemand>;
