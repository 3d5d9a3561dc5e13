import { randomUUID } from 'node:crypto';
import { type Clock, toMpsTime } from '#core/clock.ts';
import { AppError, toAppError } from '#core/errors.ts';
import { type Log, silentLog } from '#core/log.ts';
import { decideRetry, defaultRetryPolicy, type RetryPolicy } from '#core/retry.ts';
import { type JobPage, readAnswer } from '#mps/answer.ts';
import type { CredentialSource } from '#mps/credentials.ts';
import type { Pace } from '#mps/pace.ts';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import type { Transport } from '#mps/transport.ts';

/** A page of the list: jobs created in a span of time, newest first. Times in epoch seconds. */
export interface ListQuery {
  readonly from: number;
  readonly to: number;
  /** 1 to 300. */
  readonly pageSize: number;
  readonly token?: string | undefined;
  readonly state?: string | undefined;
  readonly pipelineId?: string | undefined;
}

/** How many calls were made, attempts that failed included: each costs quota. */
export interface CallCounts {
  readonly calls: number;
  readonly throttled: number;
}

export interface MpsClient {
  /** Lists one page. Throws `AppError` once retrying is of no use. */
  listJobs(query: ListQuery): Promise<JobPage>;
  /** Jobs by id, at most `maxIdsPerCall` of them. */
  fetchJobs(ids: readonly string[]): Promise<JobPage>;
  counts(): CallCounts;
}

/** "You can query up to 10 jobs at a time", in the operation's documentation. */
export const maxIdsPerCall = 10;

export interface MpsClientOptions {
  readonly transport: Transport;
  /** `mts.cn-hangzhou.aliyuncs.com`, with the port where there is one: it is part of what is signed. */
  readonly host: string;
  readonly credentials: CredentialSource;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly retry?: RetryPolicy;
  readonly random?: () => number;
  readonly log?: Log;
}

/** The one MPS operation that the product calls, with pacing and retries. Every attempt takes a slot of the quota. */
export function createMpsClient(options: MpsClientOptions): MpsClient {
  const counts = { calls: 0, throttled: 0 };
  const call = (query: Record<string, string>) => callWithRetry(query, options, counts);
  return {
    listJobs: (query) => call(toListParameters(query)),
    fetchJobs: (ids) => call({ SnapshotJobIds: ids.join(',') }),
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
  query: Record<string, string>,
  options: MpsClientOptions,
  counts: { calls: number; throttled: number },
): Promise<JobPage> {
  const { clock, signal, log = silentLog, retry = defaultRetryPolicy, random = Math.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    await options.pace();
    counts.calls += 1;
    try {
      return await callOnce(query, options);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = toAppError(error);
      if (failure.code === 'mps_throttled') counts.throttled += 1;
      const waitMs = decideRetry(failure, attempt, retry, random);
      if (waitMs === undefined) throw failure;
      log.warn({ attempt, waitMs, code: failure.code, reason: failure.message }, 'mps_call_retried');
      await clock.sleep(waitMs, signal);
    }
  }
}

async function callOnce(query: Record<string, string>, options: MpsClientOptions): Promise<JobPage> {
  const { transport, host, credentials, clock, signal } = options;
  const now = clock.now();
  const headers = signRequest(
    { method: 'POST', host, action: 'QuerySnapshotJobList', version: '2014-06-18', query, now, nonce: randomUUID() },
    credentials(),
  );
  const path = `/?${toCanonicalQuery(query)}`;
  const answer = await transport.send({ path, headers: { ...headers, accept: 'application/json' }, signal });
  return readAnswer(answer, { withToken: 'NextPageToken' in query, now });
}

/** The public endpoint of a region, as documented; a VPC has `mts-vpc.<region>.aliyuncs.com`. */
export function toEndpoint(region: string | undefined, endpoint: string | undefined): URL {
  if (endpoint) return new URL(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  if (region) return new URL(`https://mts.${region}.aliyuncs.com`);
  throw new AppError('config_invalid', 'MPS_REGION: set it to the region of your MPS pipelines, such as cn-hangzhou');
}
