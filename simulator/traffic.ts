import { TimeRing } from './time-ring.ts';

/** How many calls came and how they were answered. */
export interface TrafficCounts {
  /** Calls received, whatever the answer. */
  readonly calls: number;
  /** Of those, refused over the quota (or by a throttle fault). */
  readonly throttled: number;
  /** Of those, refused with any other error. */
  readonly refused: number;
}

/** The calls of one whole second of the clock. */
export interface SecondOfCalls {
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly calls: number;
}

interface Account {
  readonly times: TimeRing;
  calls: number;
  throttled: number;
  refused: number;
}

/**
 * What the server saw: every call, throttled and refused ones too, at the time its request had arrived whole. The proof of
 * a client's rate. Each account keeps its latest million times.
 */
export class Traffic {
  readonly #capacity: number;
  readonly #accounts = new Map<string, Account>();

  constructor(capacity = 1_000_000) {
    this.#capacity = capacity;
  }

  /** Notes a call; `at` in epoch milliseconds. */
  record(name: string, at: number): void {
    const account = this.#accounts.get(name) ?? {
      times: new TimeRing(this.#capacity),
      calls: 0,
      throttled: 0,
      refused: 0,
    };
    this.#accounts.set(name, account);
    account.times.push(at);
    account.calls += 1;
  }

  /** Notes how a recorded call was refused. */
  recordRefusal(name: string, kind: 'throttled' | 'refused'): void {
    const account = this.#accounts.get(name);
    if (account !== undefined) {
      account[kind] += 1;
    }
  }

  get calls(): number {
    return this.counts().calls;
  }

  get throttled(): number {
    return this.counts().throttled;
  }

  get refused(): number {
    return this.counts().refused;
  }

  /** Counts of one account, or of all together. */
  counts(account?: string): TrafficCounts {
    const counts = { calls: 0, throttled: 0, refused: 0 };
    for (const { calls, throttled, refused } of this.#select(account)) {
      counts.calls += calls;
      counts.throttled += throttled;
      counts.refused += refused;
    }
    return counts;
  }

  /** Arrival times of one account, or of all together, oldest first, epoch milliseconds. */
  timestamps(account?: string): number[] {
    return this.#select(account)
      .flatMap(({ times }) => times.toArray())
      .sort((a, b) => a - b);
  }

  /** Most calls in any 1,000 ms: of one account, or of the busiest one (the quota is per account). */
  maxInSlidingSecond(account?: string): number {
    return this.#select(account).reduce((most, { times }) => Math.max(most, busiestSecond(times.toArray())), 0);
  }

  /** Calls in each whole second from the first to the last call, empty seconds too; the outer ones may be cut short. */
  perSecond(account?: string): SecondOfCalls[] {
    const seconds = this.timestamps(account).map((at) => Math.floor(at / 1000));
    const first = seconds[0] ?? 0;
    const counts = new Array<number>(seconds.length === 0 ? 0 : (seconds.at(-1) ?? first) - first + 1).fill(0);
    for (const second of seconds) {
      counts[second - first] = (counts[second - first] ?? 0) + 1;
    }
    return counts.map((calls, index) => ({ startsAt: (first + index) * 1000, calls }));
  }

  /** Forgets everything. */
  clear(): void {
    this.#accounts.clear();
  }

  #select(name?: string): Account[] {
    return [...this.#accounts].filter(([key]) => name === undefined || key === name).map(([, account]) => account);
  }
}

/** Most of these times, oldest first, in any 1,000 ms. */
export function busiestSecond(times: readonly number[]): number {
  let most = 0;
  let start = 0;
  times.forEach((at, index) => {
    while (at - (times[start] ?? at) >= 1000) {
      start += 1;
    }
    most = Math.max(most, index - start + 1);
  });
  return most;
}
