import { type Finding, inArea, judgeClock, withinMs } from '#cli/doctor/check.ts';
import { toSeconds } from '#core/clock.ts';
import type { Environment } from '#core/config.ts';
import { toAppError } from '#core/errors.ts';
import type { Source } from '#core/source.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import type { CallQuota } from '#mps/call-quota.ts';
import { createMpsClient, type TimedPage } from '#mps/client.ts';
import { createCredentialSource } from '#mps/credentials.ts';
import { createTransport } from '#mps/transport.ts';
import { createSourceQuota } from '#sync/shared-quota.ts';
import { systemClock } from '#sync/system-clock.ts';

export interface MpsCheck {
  readonly source: Source;
  readonly env: Environment;
  /** Where the account's calls are shared; `undefined` where that database cannot be used. */
  readonly quotaUrl: string | undefined;
  readonly timeoutMs: number;
}

/** Asks MPS for the newest job of a source: one call, which takes a slot of the account as every other does. */
export async function checkMps(check: MpsCheck): Promise<Finding[]> {
  const area = `MPS ${check.source.name}`;
  const { ok, warn, error } = inArea(area);
  const place = check.source.endpoint.host;
  try {
    const page = await listNewest(check);
    const pipeline = check.source.pipelineId ? `, pipeline ${check.source.pipelineId}` : '';
    const found = page.records.length > 0 ? 'there are jobs in the last 24 hours' : 'no job in the last 24 hours';
    return [
      ok('answer', `${place}${pipeline} answered in ${page.latencyMs} ms: ${found}`),
      ...(page.serverTime === undefined ? [] : [judgeServerClock(area, page.serverTime)]),
    ];
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (failure.code !== 'mps_throttled') return [error('answer', failure)];
    const remedy = 'Somebody else uses the calls of the account: lower MPS_QPS to what they leave, if this stays.';
    return [warn('answer', `${place} accepts the key, but is throttling: ${failure.message}`, remedy)];
  }
}

/** HTTP dates are whole seconds, and an answer is on its way for a while: a second or two say nothing. */
const judgeServerClock = (area: string, serverTime: number): Finding =>
  judgeClock(area, serverTime + 500 - Date.now(), { warnMs: 5_000, failMs: 600_000 });

async function listNewest({ source, env, quotaUrl, timeoutMs }: MpsCheck): Promise<TimedPage> {
  const signal = AbortSignal.timeout(timeoutMs);
  const transport = createTransport({ origin: source.endpoint.origin, timeoutMs, connections: 1 });
  const shared = quotaUrl === undefined ? undefined : openQuota(source, quotaUrl, signal);
  const client = createMpsClient({
    transport,
    host: source.endpoint.host,
    credentials: createCredentialSource(env, { variables: source.credentialVariables }),
    quota: shared?.quota ?? unshared,
    callsPerSecond: source.callsPerSecond,
    clock: systemClock,
    // A doctor tells what it sees at once; it is runs that have patience.
    retry: { attempts: 1, baseMs: 1, maxMs: 1 },
  });
  const now = toSeconds(Date.now());
  const { pipelineId } = source;
  try {
    const query = { from: now - 86_400, to: now, pageSize: 1, pipelineId, lane: 'fresh' } as const;
    return await withinMs(timeoutMs, `the call to ${source.endpoint.host}`, client.listJobs(query));
  } finally {
    await transport.close();
    await shared?.close();
  }
}

const unshared: CallQuota = { take: async () => {}, throttled: async () => {} };

function openQuota(source: Source, url: string, signal: AbortSignal): { quota: CallQuota; close(): Promise<void> } {
  const database = createDatabase({ url, connections: 1 });
  const quota = createSourceQuota(source, { store: createSyncStore(database), clock: systemClock, signal });
  return { quota, close: () => database.close() };
}
