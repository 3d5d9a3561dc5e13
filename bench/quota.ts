/**
 * Four processes on one account, and outside callers who take a random share of its calls: how well what is left is
 * used, and how often a call is refused. `node --import tsx bench/quota.ts [seconds]`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import { createTransport } from '#mps/transport.ts';
import type { QuotaTask } from './quota-child.ts';
import { openPostgres, openStage } from './stage.ts';

const day = 86_400_000;
const cap = 100;
const keys = {
  ours: { secret: 'ours', account: 'one' },
  others: { secret: 'others', account: 'one' },
};
const ourEnv = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'ours', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'ours' };

const seconds = Number(process.argv[2] ?? 60);
const postgres = await openPostgres();
const to = Date.now() - day;
const from = to - 90 * day;
const stage = await openStage({
  qps: cap,
  quotaWindow: 'sliding',
  maxPageSize: 10,
  latencyMs: { mean: 150, jitter: 50 },
  accessKeys: keys,
  history: { count: 200_000, from, to, skew: 'uniform' },
});
try {
  const databaseUrl = await postgres.createDatabase('quota');
  const task = { databaseUrl, url: stage.url, since: Math.floor(from / 1000), seconds, env: ourEnv };
  const children = ['a', 'b', 'c', 'd'].map((name) => startChild({ ...task, name }));
  const outside = callFromOutside(stage.url, seconds * 1000);
  const totals = await Promise.all(children.map((child) => once(child, 'message')));
  await outside;
  report(await stage.traffic('ours'), await stage.traffic('others'), totals.length);
} finally {
  await stage.close();
  await postgres.close();
}

function startChild(task: QuotaTask): ChildProcess {
  const child = fork('bench/quota-child.ts', { execArgv: ['--import', 'tsx'] });
  child.send(task);
  return child;
}

/** Another program of the same account: every two seconds its rate drifts, between none and 60% of the cap. */
async function callFromOutside(url: string, forMs: number): Promise<void> {
  const { origin, host } = new URL(url);
  const transport = createTransport({ origin });
  const end = Date.now() + forMs;
  const calls: Promise<unknown>[] = [];
  for (let rate = cap * 0.6 * Math.random(), until = 0; Date.now() < end; ) {
    if (Date.now() >= until) [rate, until] = [drift(rate), Date.now() + 2_000];
    const query = { SnapshotJobIds: 'none' };
    const unsigned = { method: 'POST', host, action: 'QuerySnapshotJobList', version: '2014-06-18', query } as const;
    const credentials = { accessKeyId: 'others', accessKeySecret: 'others' };
    const headers = signRequest({ ...unsigned, now: Date.now(), nonce: randomUUID() }, credentials);
    calls.push(transport.send({ path: `/?${toCanonicalQuery(query)}`, headers }).catch(() => {}));
    await delay(((0.5 + Math.random()) * 1000) / rate);
  }
  await Promise.all(calls);
  await transport.close();
}

function drift(rate: number): number {
  return Math.min(cap * 0.6, Math.max(1, rate + (Math.random() - 0.5) * 10));
}

interface Seen {
  readonly calls: number;
  readonly throttled: number;
  readonly most: number;
  readonly perSecond: readonly number[];
}

function report(ours: Seen, others: Seen, processes: number): void {
  const duration = ours.perSecond.length;
  const left = cap * duration - (others.calls - others.throttled);
  process.stdout.write(
    `${JSON.stringify({
      processes,
      seconds: duration,
      ours: ours.calls,
      others: others.calls,
      most: ours.most,
      throttledShare: ours.throttled / ours.calls,
      usedOfWhatWasLeft: (ours.calls - ours.throttled) / left,
    })}\n`,
  );
}
