import { randomBytes } from 'node:crypto';
import type { Host } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { parseRecords } from '#core/job.ts';
import { type FunctionName, hostDeployed, roleCredentials } from '#scripts/deployed-host.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { generateJob } from '#simulator/job-generator.ts';
import { createRandom } from '#simulator/random.ts';
import { createPageWriter } from './page-writer.ts';

/** What a function took: the highest memory of its process, and seconds from the call to the answer. */
export interface Footprint {
  readonly peakMb: number;
  readonly seconds: number;
}

const token = 'a-token-for-the-benchmark';

/** What the view is asked for: the heaviest of its pages, its longest list, and as much of an export as one answer holds. */
const requests = {
  overview: '/',
  'the page of jobs': '/jobs',
  '1000 jobs with their records': '/v1/jobs?limit=1000&include=raw',
  'one part of an export': '/v1/export?include=raw',
} as const;

/** All of a history in one call, from a double that holds nothing back. */
export async function measureSyncMemory(dist: string, environment: Record<string, string>): Promise<Footprint> {
  return withHost(dist, 'sync', { ...environment, MPS_QPS: '2000' }, (host) =>
    host.invokeTimer({ triggerTime: '', triggerName: 'bench', payload: '{"until":"covered"}' }),
  );
}

/** Each request in an instance of its own, the first one that it answers. */
export async function measureViewMemory(dist: string, url: string): Promise<Record<string, Footprint>> {
  const measured: Record<string, Footprint> = {};
  for (const [name, path] of Object.entries(requests)) {
    measured[name] = await withHost(dist, 'view', { DATABASE_URL: url, VIEW_TOKEN: token }, async (host) => {
      const answer = await host.invokeHttp({ path, headers: { authorization: `Bearer ${token}` } });
      if (answer.response?.status !== 200) throw new Error(`${path} answered ${answer.response?.status}`);
      return answer;
    });
  }
  return measured;
}

/** One round that meets so many new failures at once, and tells a receiver of them. */
export async function measureAlertMemory(dist: string, url: string, failures: number): Promise<Footprint> {
  await storeFailures(url, failures);
  const receiver = await startReceiver(() => ({ status: 200 }));
  const environment = {
    DATABASE_URL: url,
    ALERT_WEBHOOK_URL: receiver.origin,
    ALERT_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
    ALERT_GROUP_WAIT_SECONDS: '0',
    MPS_REGION: 'cn-hangzhou',
  };
  try {
    return await withHost(dist, 'alert', environment, async (host) => {
      const answer = await host.invokeTimer({ triggerTime: '', triggerName: 'bench', payload: '' });
      if (!(JSON.parse(answer.text || '{}').sent > 0)) throw new Error(`nothing was sent: ${answer.text}`);
      return answer;
    });
  } finally {
    await receiver[Symbol.asyncDispose]();
  }
}

/** Jobs that all failed, of all pipelines and codes, after alerting was switched on. */
async function storeFailures(url: string, count: number): Promise<void> {
  const writer = await createPageWriter(url, 2);
  await writer.database.query(sql`
    insert into mps.alert_state (watching_since, switched_on_at, round_at)
    values (now() - interval '1 hour', now() - interval '1 hour', now())`);
  const random = createRandom(1);
  const now = Date.now();
  const jobs = Array.from({ length: count }, (_, n) => generateJob(random, now - n * 100, { failureShare: 1_000 }));
  await writer.write(parseRecords(jobs.map((job) => job.describe('Fail'))).jobs);
  await writer.close();
}

async function withHost(
  dist: string,
  name: FunctionName,
  environment: Record<string, string>,
  call: (host: Host) => ReturnType<Host['invokeTimer']>,
): Promise<Footprint> {
  const host = hostDeployed(dist, name, {
    timeoutSeconds: 600,
    credentials: roleCredentials,
    initializer: 'index.initialize',
    environment,
  });
  try {
    const begunAt = performance.now();
    const { error, peakMemoryMb = 0 } = await call(host);
    if (error !== undefined) throw new Error(error.errorMessage);
    const seconds = Number(((performance.now() - begunAt) / 1000).toFixed(1));
    return { peakMb: Math.round(peakMemoryMb), seconds };
  } finally {
    await host.stop();
  }
}
