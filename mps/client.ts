import { randomUUID } from 'node:crypto';
import { type Clock, toMpsTime } from '#core/clock.ts';
import { toAppError } from '#core/errors.ts';
import type { Lane } from '#core/lane.ts';
import { type Log, silentLog } from '#core/log.ts';
import { decideRetry, defaultRetryPolicy, type RetryPolicy } from '#core/retry.ts';
import { type JobPage, readAnswer } from '#mps/answer.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import type { CredentialSource } from '#mps/credentials.ts';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import type { Transport } from '#mps/transport.ts';

/** A page of the list: jobs created in a span of time, newest first. Times in epoch seconds. */
interface ListQuery {
  readonly from: number;
  readonly to: number;
  /** 1 to 300. */
  readonly pageSize: number;
  readonly token?: string | undefined;
  readonly state?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly lane: Lane;
}

export interface TimedPage extends JobPage {
  /** From sending the attempt that succeeded to its answer, in whole ms. */
  readonly latencyMs: number;
}

/** How many calls were made, attempts that failed included: each costs quota. */
export interface CallCounts {
  readonly calls: number;
  readonly throttled: number;
}

export interface MpsClient {
  /** Lists one page. Throws `AppError` once retrying is of no use. */
  listJobs(query: ListQuery): Promise<TimedPage>;
  /** Jobs by id, at most `maxIdsPerCall` of them. */
  fetchJobs(ids: readonly string[], lane?: Lane): Promise<TimedPage>;
  /** What the account grants. */
  readonly callsPerSecond: number;
  counts(): CallCounts;
}

/** "You can query up to 10 jobs at a time", in the operation's documentation. */
export const maxIdsPerCall = 10;

export interface MpsClientOptions {
  readonly transport: Transport;
  /** `mts.cn-hangzhou.aliyuncs.com`, with the port where there is one: it is part of what is signed. */
  readonly host: string;
  readonly credentials: CredentialSource;
  /** Gives out the account's calls. */
  readonly quota: CallQuota;
  readonly callsPerSecond: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly retry?: RetryPolicy;
  readonly random?: () => number;
  readonly log?: Log;
}

/** The one MPS operation that the product calls, with pacing and retries. Every attempt takes a slot of the quota. */
export function createMpsClient(options: MpsClientOptions): MpsClient {
  const counts = { calls: 0, throttled: 0 };
  const call = (lane: Lane, query: Record<string, string>) => callWithRetry(lane, query, options, counts);
  return {
    listJobs: (query) => call(query.lane, toListParameters(query)),
    fetchJobs: (ids, lane = 'fresh') => call(lane, { SnapshotJobIds: ids.join(',') }),
    callsPerSecond: options.callsPerSecond,
    counts: () => ({ ...counts }),
  };
}

function toListParameters(query: ListQuery): Record<string, string> {
  return {
    StartOfJobCreatedTimeRange: toMpsTime(query.from),
    EndOfJobCreatedTimeRange: toMpsTime(query.to),
    MaximumPageSize: String(query.pageSize),
    ...(query.token ? { NextPageToken: query.token } : {}),
    ...(query.state ? { State: query.state } : {}),
    ...(query.pipelineId ? { PipelineId: query.pipelineId } : {}),
  };
}

async function callWithRetry(
  lane: Lane,
  query: Record<string, string>,
  options: MpsClientOptions,
  counts: { calls: number; throttled: number },
): Promise<TimedPage> {
  const { clock, signal, quota, log = silentLog, retry = defaultRetryPolicy, random = Math.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    await quota.take(lane);
    counts.calls += 1;
    try {
      return await callOnce(query, options);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = toAppError(error);
      if (failure.code === 'mps_throttled') {
        counts.throttled += 1;
        await quota.throttled();
      }
      const waitMs = decideRetry(failure, attempt, retry, random);
      if (waitMs === undefined) throw failure;
      log.warn({ attempt, waitMs, code: failure.code, reason: failure.message }, 'mps_call_retried');
      await clock.sleep(waitMs, signal);
    }
  }
}

async function callOnce(query: Record<string, string>, options: MpsClientOptions): Promise<TimedPage> {
  const { transport, host, credentials, clock, signal } = options;
  const now = clock.now();
  const sentAt = clock.elapsed();
  const headers = signRequest(
    { method: 'POST', host, action: 'QuerySnapshotJobList', version: '2014-06-18', query, now, nonce: randomUUID() },
    credentials(),
  );
  const path = `/?${toCanonicalQuery(query)}`;
  const answer = await transport.send({ path, headers: { ...headers, accept: 'application/json' }, signal });
  const page = readAnswer(answer, { withToken: 'NextPageToken' in query, now });
  return { ...page, latencyMs: Math.round(clock.elapsed() - sentAt) };
}
