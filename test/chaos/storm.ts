import type { FaultRule } from '#simulator/fault.ts';

/** A time in which MPS answers most calls with `Throttling.User`, as when somebody else uses the account up. */
export interface Storm {
  isOn: boolean;
  /** Calls that were refused for it. */
  readonly throttled: number;
  readonly rule: FaultRule;
}

export function createStorm(): Storm {
  const storm = {
    isOn: false,
    throttled: 0,
    rule: ({ sequence }: { sequence: number }) => {
      if (!storm.isOn || sequence % 4 === 0) return undefined;
      storm.throttled += 1;
      return { kind: 'throttle' } as const;
    },
  };
  return storm;
}
