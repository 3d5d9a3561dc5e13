import { type AccessKeys, DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from './access-key.ts';
import type { FaultRule } from './fault.ts';
import type { LifeOptions } from './generate.ts';
import type { JobModel } from './job-model.ts';
import type { JobModelOptions } from './job-model-options.ts';
import type { ServedListing } from './listing.ts';
import type { QuotaWindow } from './quota.ts';

/** Settings of the double; each has a default, and the defaults follow the documentation where it says something. */
export interface SimulatorOptions extends JobModelOptions {
  /** TCP port on 127.0.0.1. Default 0: any free one. */
  readonly port?: number;
  /** Seed of everything drawn: tokens, request ids, latencies, the shuffled order. Default 1. */
  readonly seed?: number;
  /** The clock of jobs and tokens, and of calls unless `requestClock` is given; epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /**
   * The clock of calls: quota, traffic, age of a signature; epoch milliseconds. Default: `now` when that is given, else
   * the wall clock with a fraction of a millisecond. Give `Date.now` to age jobs by a fake clock under real traffic.
   */
  readonly requestClock?: () => number;
  /** Default: the demo key. */
  readonly accessKeys?: AccessKeys;
  /** Calls a second per account; 0 = no cap. Default 100. */
  readonly qps?: number;
  /** Default `fixed`. */
  readonly quotaWindow?: QuotaWindow;
  /** HTTP status of a throttled call. Default 400. */
  readonly throttleStatus?: 400 | 429 | 503;
  /** Code of a throttled call. Default `Throttling.User`. */
  readonly throttleCode?: string;
  /** `ms`: a throttled call gets `x-acs-retry-after` in milliseconds. Default `none`. */
  readonly retryAfterHeader?: 'none' | 'ms';
  /** Rows of a page at most; a lower value is a server that caps pages without a word. Default 300. */
  readonly maxPageSize?: number;
  /** A `MaximumPageSize` above 300 is taken as 300, or refused (InvalidParameter). Default `refuse`. */
  readonly oversizePage?: 'cap' | 'refuse';
  /** Whether jobs of the very second of `StartOfJobCreatedTimeRange` are listed. Default true. */
  readonly startInclusive?: boolean;
  /** Whether jobs of the very second of `EndOfJobCreatedTimeRange` are listed. Default true. */
  readonly endInclusive?: boolean;
  /** `{"SnapshotJobList":{"SnapshotJob":[…]}}`, or flat as a page of 2021 printed it: `{"SnapshotJobList":[…]}`. Default `nested`. */
  readonly listShape?: 'nested' | 'flat';
  /** A last page has no `NextPageToken`, or `""`. Default `absent`. */
  readonly emptyTokenAs?: 'absent' | 'empty';
  /** A full page that is the last one has a token all the same, and an empty page follows. Default false. */
  readonly tokenOnExactEnd?: boolean;
  /** Milliseconds that a token lives. Default: for ever. */
  readonly tokenTtlMs?: number;
  /** Default false. */
  readonly tokenSingleUse?: boolean;
  /** A token with other filters is refused (InvalidParameter). Default true. */
  readonly tokenBoundToFilters?: boolean;
  /** Time before each answer, uniform in mean ± jitter, milliseconds. Default: none. */
  readonly latencyMs?: { readonly mean: number; readonly jitter: number };
  /** Default: no faults. */
  readonly faults?: FaultRule;
  /** Told of each answer that lists jobs, before it is sent: a test's view of what was read, and how often. */
  readonly onListing?: (listing: ServedListing) => void;
  /** New jobs while the server runs. Default: none. */
  readonly life?: LifeOptions;
  /**
   * A model to serve, for a second server of the same account or a restart; its own settings then hold. Give a restarted
   * server another seed, or it will draw the tokens of the first once more. Default: a new model.
   */
  readonly model?: JobModel;
  /** `HostId` of errors. Default `mts.cn-hangzhou.aliyuncs.com`. */
  readonly hostId?: string;
}

/** The options with their defaults filled in. */
export type Settings = ReturnType<typeof resolveOptions>;

/** Fills in the defaults. */
export function resolveOptions(options: SimulatorOptions) {
  const demoKeys: AccessKeys = { [DEMO_ACCESS_KEY_ID]: { secret: DEMO_ACCESS_KEY_SECRET } };
  return {
    port: options.port ?? 0,
    seed: options.seed ?? 1,
    now: options.now ?? Date.now,
    requestClock: options.requestClock ?? options.now ?? createWallClock(),
    accessKeys: options.accessKeys ?? demoKeys,
    qps: options.qps ?? 100,
    quotaWindow: options.quotaWindow ?? 'fixed',
    throttleStatus: options.throttleStatus ?? 400,
    throttleCode: options.throttleCode ?? 'Throttling.User',
    retryAfterHeader: options.retryAfterHeader ?? 'none',
    maxPageSize: options.maxPageSize ?? 300,
    oversizePage: options.oversizePage ?? 'refuse',
    startInclusive: options.startInclusive ?? true,
    endInclusive: options.endInclusive ?? true,
    listShape: options.listShape ?? 'nested',
    emptyTokenAs: options.emptyTokenAs ?? 'absent',
    tokenOnExactEnd: options.tokenOnExactEnd ?? false,
    tokenTtlMs: options.tokenTtlMs,
    tokenSingleUse: options.tokenSingleUse ?? false,
    tokenBoundToFilters: options.tokenBoundToFilters ?? true,
    turnsSeconds: options.sameSecondOrder === 'shuffled',
    latencyMs: options.latencyMs,
    faults: options.faults,
    onListing: options.onListing,
    hostId: options.hostId ?? 'mts.cn-hangzhou.aliyuncs.com',
  };
}

/** Epoch milliseconds with a fraction, following the wall clock also after the machine has slept. */
function createWallClock(): () => number {
  let offset = Date.now() - performance.now();
  return () => {
    const at = offset + performance.now();
    if (Math.abs(Date.now() - at) > 1000) {
      offset = Date.now() - performance.now();
      return offset + performance.now();
    }
    return at;
  };
}
