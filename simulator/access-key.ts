/** The key id that the double accepts when no other keys are given. It opens nothing else. */
export const DEMO_ACCESS_KEY_ID = 'LTAI5tSimulatorDemoKey00';

/** The secret of the demo key. */
export const DEMO_ACCESS_KEY_SECRET = 'simulator-demo-secret';

/** One access key of the double. */
export interface AccessKey {
  readonly secret: string;
  /** The Alibaba Cloud account it belongs to; keys of one account share a quota. Default: the key id. */
  readonly account?: string;
  /** For a temporary key: the STS token that has to come with it. */
  readonly securityToken?: string;
  /** When the STS token ends, epoch milliseconds. Default: never. */
  readonly securityTokenExpiresAt?: number;
  /** Every call is refused with this code (403), as without a RAM permission; `Forbidden.RAM` for one. */
  readonly denied?: string;
  /** The key is switched off. */
  readonly inactive?: boolean;
}

/** Access keys by key id. The double looks a key up at each call, so a test may change the record while it runs. */
export type AccessKeys = Record<string, AccessKey>;
