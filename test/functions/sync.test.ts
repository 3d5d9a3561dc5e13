import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, HostOptions } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { RunReport } from '#core/run.ts';
import { job } from '#db/schema.ts';
import { hostDeployed, roleCredentials } from '#scripts/deployed-host.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { documentedRecord } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';

const db = useDatabase();
const open: { stop(): Promise<void> }[] = [];
const hour = 3_600_000;
const timerEvent = JSON.parse(
  readFileSync(new URL('../fixtures/fc-timer-event.documented.json', import.meta.url), 'utf8'),
) as object;

beforeEach(async () => {
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease`);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ stop }) => stop()));
});

async function simulate(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator(options);
  open.push({ stop: () => simulator.close() });
  return simulator;
}

/** The built function under a host that loads and calls it as the platform does. */
function host(environment: Record<string, string>, options: Partial<HostOptions> = {}): Host {
  const created = hostDeployed(inject('dist'), 'sync', {
    credentials: roleCredentials,
    environment: { DATABASE_URL: db.url, ...environment },
    ...options,
  });
  open.push(created);
  return created;
}

const readRuns = (text: string) => (JSON.parse(text) as { runs: RunReport[] }).runs;

describe('the sync function as built', () => {
  it('stores the documented job when the documented timer event arrives, and reports the run', async () => {
    const simulator = await simulate();
    simulator.model.add(documentedRecord);
    const sync = host({ MPS_ENDPOINT: simulator.url, SYNC_SINCE: '2021-06-30T00:00:00Z' });
    const answer = await sync.invokeTimer(timerEvent);
    expect(answer.error).toBeUndefined();
    expect(readRuns(answer.text)).toEqual([
      {
        source: 'default',
        outcome: 'completed',
        calls: 2,
        throttled: 0,
        pages: 2,
        read: 1,
        inserted: 1,
        updated: 0,
        unchanged: 0,
        rejected: 0,
        transitions: 1,
      },
    ]);
    const [stored] = await db.database.queryTyped((drizzle) => drizzle.select({ raw: job.raw }).from(job));
    expect(stored?.raw).toEqual(documentedRecord);
    const finished = sync.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'sync_run_finished');
    expect(finished).toMatchObject([{ level: 'info', outcome: 'completed', requestId: answer.requestId }]);
  });

  it('answers an AWS EventBridge schedule as well, with credentials of the environment', async () => {
    const simulator = await simulate();
    const sync = host(
      {
        MPS_ENDPOINT: simulator.url,
        ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
      },
      { credentials: undefined },
    );
    const schedule = {
      version: '0',
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-23T10:00:00Z',
      resources: ['arn:aws:events:eu-west-1:1:rule/every-minute'],
      detail: {},
    };
    const answer = await sync.invokeTimer(schedule);
    expect(readRuns(answer.text)).toMatchObject([{ outcome: 'completed' }]);
  });

  it('works on in an instance that was frozen until its connections died', async () => {
    const simulator = await simulate();
    const sync = host({ MPS_ENDPOINT: simulator.url }, { freeze: true });
    for (let call = 0; call < 3; call += 1) {
      expect(readRuns((await sync.invokeTimer(timerEvent)).text)).toMatchObject([{ outcome: 'completed' }]);
      await sync.freeze(300);
    }
  });

  it('stops before the time is over and goes on in the next call, until covered', async () => {
    const simulator = await simulate({ maxPageSize: 10, latencyMs: { mean: 40, jitter: 0 } });
    const now = Date.now();
    seedHistory(simulator.model, { count: 1_500, from: now - 20 * hour, to: now - 2 * hour });
    const since = new Date(now - 21 * hour).toISOString();
    const environment = { MPS_ENDPOINT: simulator.url, SYNC_SINCE: since, MPS_QPS: '30' };
    const sync = host(environment, { timeoutSeconds: 3 });
    const event = { ...timerEvent, payload: '{"until":"covered"}' };
    const first = await sync.invokeTimer(event);
    expect(first.error).toBeUndefined();
    expect(readRuns(first.text).at(-1)).toMatchObject({ outcome: 'partial', errorCode: 'deadline' });
    let outcome: string | undefined;
    for (let call = 0; call < 10 && outcome !== 'completed'; call += 1) {
      outcome = readRuns((await sync.invokeTimer(event)).text).at(-1)?.outcome;
    }
    expect(outcome).toBe('completed');
    expect(
      (await db.database.queryTyped((drizzle) => drizzle.select({ id: job.id }).from(job))).length,
    ).toBeGreaterThanOrEqual(1_500);
  });

  const failures: [string, Record<string, string>, object, RegExp][] = [
    ['no database is configured', { DATABASE_URL: '' }, timerEvent, /DATABASE_URL is not set/],
    [
      'several variables are wrong',
      { MPS_QPS: 'fast', MPS_PAGE_SIZE: '301' },
      timerEvent,
      /MPS_QPS must be[\s\S]*MPS_PAGE_SIZE must be/,
    ],
    [
      'the payload names an unknown source',
      {},
      { ...timerEvent, payload: '{"source":"nope"}' },
      /no source is named "nope"/,
    ],
    ['the payload is misspelt', {}, { ...timerEvent, payload: '{"sauce":"default"}' }, /timer payload must be/],
    ['the key is unknown', { MPS_ENDPOINT: '' }, timerEvent, /sync failed for source "default": mps_credentials/],
  ];

  it.each(failures)('fails with a clear error when %s', async (_, environment, event, message) => {
    const simulator = await simulate({ accessKeys: {} });
    const sync = host({ ...environment, MPS_ENDPOINT: simulator.url });
    const answer = await sync.invokeTimer(event);
    expect(answer.error?.errorMessage).toMatch(message);
    expect(JSON.stringify(answer.error)).not.toContain(DEMO_ACCESS_KEY_SECRET);
  });

  it('is small enough for a cold start', () => {
    expect(statSync(join(inject('dist'), 'sync/index.js')).size).toBeLessThan(1_500_000);
  });
});
