/** How a second of the quota is cut: whole seconds of the clock, or the last 1,000 ms at any moment. */
export type QuotaWindow = 'fixed' | 'sliding';

/** Decides which calls of an account fit under its cap; refused calls take nothing from it. */
export interface Quota {
  /** 0 = admitted; else the milliseconds until the next call can be. `at` in epoch milliseconds, never going back. */
  admit(account: string, at: number): number;
}

/**
 * Creates a quota of `callsPerSecond` per account; 0 = no cap. The documentation says 100 a second; that the second is a
 * fixed one is inferred from other products.
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/qps-limits
 */
export function createQuota(callsPerSecond: number, window: QuotaWindow): Quota {
  if (callsPerSecond === 0) {
    return { admit: () => 0 };
  }
  const accounts = new Map<string, (at: number) => number>();
  const createWindow = window === 'fixed' ? createFixedWindow : createSlidingWindow;
  return {
    admit(account, at) {
      const admit = accounts.get(account) ?? createWindow(callsPerSecond);
      accounts.set(account, admit);
      return admit(at);
    },
  };
}

function createFixedWindow(cap: number): (at: number) => number {
  let second = Number.NaN;
  let used = 0;
  return (at) => {
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000);
      used = 0;
    }
    if (used >= cap) {
      return Math.max(1, (second + 1) * 1000 - at);
    }
    used += 1;
    return 0;
  };
}

/** Keeps the last `cap` admitted calls in a ring: a call fits when the oldest of them is a second ago. */
function createSlidingWindow(cap: number): (at: number) => number {
  const admitted = new Float64Array(cap).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return (at) => {
    const waitMs = (admitted[next] ?? Number.NEGATIVE_INFINITY) + 1000 - at;
    if (waitMs > 0) {
      return waitMs;
    }
    admitted[next] = at;
    next = (next + 1) % cap;
    return 0;
  };
}
