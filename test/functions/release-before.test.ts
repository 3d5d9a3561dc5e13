import { readFileSync } from 'node:fs';
import type { Host } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type FunctionName, hostDeployed, roleCredentials } from '#scripts/deployed-host.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { createWebhookReceiver } from '../alerts/receivers/webhook.ts';
import { webhookSecret } from '../alerts/sample-channels.ts';
import { selectCountDifferences } from '../db/count-differences.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';

/**
 * Functions of two releases take turns on one database that has this release's schema. Both are this release's, unless
 * `npm run proof:release` has built those of the release before. Only what the contracts promise is asked of them.
 */
const db = useDatabase();
const token = 'a-token-for-tests';
const timerEvent = JSON.parse(
  readFileSync(new URL('../fixtures/fc-timer-event.documented.json', import.meta.url), 'utf8'),
) as object;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, '');
const ours = inject('dist');
const before = inject('distBefore');
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

/** Calls a function once, as its platform does. */
async function call<T>(
  dist: string,
  name: FunctionName,
  environment: Record<string, string>,
  work: Work<T>,
): Promise<T> {
  const host = hostDeployed(dist, name, {
    credentials: roleCredentials,
    environment: { DATABASE_URL: db.url, MPS_ENDPOINT: simulator.url, SYNC_SINCE: ago(600), ...environment },
  });
  try {
    return await work(host);
  } finally {
    await host.stop();
  }
}
type Work<T> = (host: Host) => Promise<T>;

const sync = (dist: string) =>
  call(dist, 'sync', {}, async (host) => {
    const answer = await host.invokeTimer(timerEvent);
    expect(answer.error).toBeUndefined();
    return (JSON.parse(answer.text) as { runs: Record<string, unknown>[] }).runs[0];
  });

/** Adds jobs to what MPS lists, and answers them. */
function submit(count: number, fields: Record<string, unknown>): Record<string, unknown>[] {
  const records = Array.from({ length: count }, (_, n) => makeRecord({ CreationTime: ago(30 - n), ...fields }));
  simulator.model.addMany(records);
  return records;
}

const selectStored = () => db.database.query<{ raw: object }>(sql`select raw from report.job order by id`);
const selectStates = () =>
  db.database.query(sql`
    select from_state, to_state, count(*)::int as jobs from mps.job_transition group by 1, 2 order by 1 nulls first, 2`);

describe('the functions of the release before, on this schema', { timeout: 60_000 }, () => {
  it('sync stores new and changed jobs of what this release has begun, and this release goes on', async () => {
    const known = submit(6, { State: 'Submitted', Code: '', Message: '' });
    expect(await sync(ours)).toMatchObject({ outcome: 'completed', inserted: 6, transitions: 6 });
    for (const [n, record] of known.entries()) {
      simulator.model.set(String(record.Id), {
        ...record,
        State: n < 2 ? 'Fail' : 'Success',
        Code: n < 2 ? 'Bad' : '',
      });
    }
    submit(3, { State: 'Fail', Code: 'InvalidParameter.ResourceNotFound', PipelineId: 'covers' });
    expect(await sync(before)).toMatchObject({ outcome: 'completed', inserted: 3, updated: 6, transitions: 9 });
    expect(await sync(before)).toMatchObject({ outcome: 'completed', inserted: 0, updated: 0 });
    expect(await sync(ours)).toMatchObject({ outcome: 'completed', inserted: 0, updated: 0, unchanged: 9 });
    const listed = simulator.model.all().sort((a, b) => (String(a.Id) < String(b.Id) ? -1 : 1));
    expect((await selectStored()).map(({ raw }) => raw)).toEqual(listed);
    expect(await selectStates()).toEqual([
      { from_state: null, to_state: 'Fail', jobs: 3 },
      { from_state: null, to_state: 'Submitted', jobs: 6 },
      { from_state: 'Submitted', to_state: 'Fail', jobs: 2 },
      { from_state: 'Submitted', to_state: 'Success', jobs: 4 },
    ]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await db.database.query(sql`select count(*)::int as events from mps.alert_event`)).toEqual([{ events: 5 }]);
    expect(await db.database.query(sql`select from report.sync_gaps where kind = 'history'`)).toEqual([]);
  });

  const pages: [string, (body: string) => unknown, unknown][] = [
    ['/v1/jobs?state=Fail', (body) => (JSON.parse(body) as { jobs: object[] }).jobs.length, 5],
    ['/v1/failures', (body) => (JSON.parse(body) as { failures: object[] }).failures.length, 2],
    ['/v1/stats', (body) => Object.keys(JSON.parse(body) as object), expect.arrayContaining(['stats'])],
    ['/v1/runs', (body) => (JSON.parse(body) as { runs: object[] }).runs.length, 4],
    ['/v1/health', (body) => typeof JSON.parse(body), 'object'],
    ['/v1/export?format=ndjson', (body) => body.trim().split('\n').length, 9],
    ['/metrics', (body) => body.includes('mps_sync'), true],
  ];

  it('view answers each kind of question', async () => {
    await call(before, 'view', { VIEW_TOKEN: token }, async (host) => {
      for (const [path, read, expected] of pages) {
        const { response, error } = await host.invokeHttp({ path, headers: { AUTHORIZATION: `Bearer ${token}` } });
        expect(error, path).toBeUndefined();
        const body = (await response?.text()) ?? '';
        expect(response?.status, `${path} ${body}`).toBe(200);
        expect(read(body), path).toEqual(expected);
      }
    });
  });

  it('alert tells of failures in a round', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret));
    await db.database.query(sql`
      insert into mps.alert_state (watching_since, switched_on_at, round_at)
      values (now() - interval '1 hour', now() - interval '1 hour', now())`);
    const environment = {
      ALERT_GROUP_WAIT_SECONDS: '0',
      ALERT_ALLOW_HOSTS: '127.0.0.1',
      ALERT_WEBHOOK_SECRET: webhookSecret,
      ALERT_WEBHOOK_URL: `${receiver.origin}/in`,
    };
    const answer = await call(before, 'alert', environment, (host) => host.invokeTimer(timerEvent));
    expect(answer.error).toBeUndefined();
    expect(JSON.parse(answer.text)).toMatchObject({ retried: 0, dead: 0, suppressed: 0 });
    expect(receiver.received.length).toBeGreaterThan(0);
    expect(await db.database.query(sql`select from mps.alert_event where group_id is null`)).toEqual([]);
  });
});
