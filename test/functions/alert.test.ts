import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, HostOptions } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { hostDeployed } from '#scripts/deployed-host.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { createWebhookReceiver } from '../alerts/receivers/webhook.ts';
import { webhookSecret } from '../alerts/sample-channels.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useStore } from '../db/store-fixture.ts';

const store = useStore();
const open: Host[] = [];
const timerEvent = JSON.parse(
  readFileSync(new URL('../fixtures/fc-timer-event.documented.json', import.meta.url), 'utf8'),
) as object;

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop()));
});

/** The built function under a host that loads and calls it as the platform does. */
function host(environment: Record<string, string>, options: Partial<HostOptions> = {}): Host {
  const created = hostDeployed(inject('dist'), 'alert', {
    environment: {
      DATABASE_URL: store.db.url,
      ALERT_RULES: 'job-failed',
      ALERT_GROUP_WAIT_SECONDS: '0',
      ALERT_ALLOW_HOSTS: '127.0.0.1',
      ALERT_WEBHOOK_SECRET: webhookSecret,
      ...environment,
    },
    ...options,
  });
  open.push(created);
  return created;
}

/** Alerting has been on for an hour, and three jobs fail. */
async function failThree(): Promise<void> {
  await store.db.database.query(sql`
    insert into mps.alert_state (watching_since, switched_on_at, round_at)
    values (now() - interval '1 hour', now() - interval '1 hour', now())`);
  const CreationTime = new Date().toISOString().replace(/\.\d+/, '');
  const records = Array.from({ length: 3 }, () =>
    makeRecord({ State: 'Fail', Code: 'InvalidParameter.ResourceNotFound', CreationTime }),
  );
  await store.writeRecords(...records);
}

describe('the alert function as built', { timeout: 60_000 }, () => {
  it('tells of failed jobs in a signed message when the documented timer event arrives, and reports the round', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret));
    await failThree();
    const alert = host({ ALERT_WEBHOOK_URL: `${receiver.origin}/in` });
    const answer = await alert.invokeTimer(timerEvent);
    expect(answer.error).toBeUndefined();
    expect(JSON.parse(answer.text)).toEqual({ groups: 1, sent: 1, retried: 0, dead: 0, suppressed: 0 });
    const [message, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect(new Webhook(webhookSecret).verify(message?.text ?? '', { ...message?.headers })).toMatchObject({
      type: 'mps_sync.alerts',
      data: { jobs: 3, alerts_total: 1 },
    });
    const again = await alert.invokeTimer(timerEvent);
    expect(JSON.parse(again.text)).toEqual({ groups: 1, sent: 0, retried: 0, dead: 0, suppressed: 0 });
    expect(receiver.received).toHaveLength(1);
  });

  it('keeps what a receiver does not take for a later tick, and says so in its log', async () => {
    await using receiver = await startReceiver(() => ({ status: 503 }));
    await failThree();
    const alert = host({ ALERT_WEBHOOK_URL: `${receiver.origin}/in-secret-place` });
    const answer = await alert.invokeTimer(timerEvent);
    expect(JSON.parse(answer.text)).toEqual({ groups: 1, sent: 0, retried: 1, dead: 0, suppressed: 0 });
    const lines = alert.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'alert_attempt_failed', channel: 'webhook', status: 503 }),
    );
    expect(alert.logs.join('\n')).not.toContain('secret-place');
  });

  it('calls the heartbeat after a round', async () => {
    await using heartbeat = await startReceiver(() => ({ status: 200 }));
    const answer = await host({ ALERT_HEARTBEAT_URL: `${heartbeat.origin}/ping` }).invokeTimer(timerEvent);
    expect(JSON.parse(answer.text)).toEqual({ groups: 0, sent: 0, retried: 0, dead: 0, suppressed: 0 });
    expect(heartbeat.received.map(({ path }) => path)).toEqual(['/ping']);
  });

  const failures: [string, Record<string, string>, RegExp][] = [
    ['no database is configured', { DATABASE_URL: '' }, /DATABASE_URL is not set/],
    ['a rule is misspelt', { ALERT_RULES: 'job-faild' }, /ALERT_RULES must be/],
    [
      'a webhook has no secret',
      { ALERT_WEBHOOK_URL: 'https://hooks.example.com/x', ALERT_WEBHOOK_SECRET: '' },
      /ALERT_WEBHOOK_SECRET is not set/,
    ],
    ['the database does not answer', { DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/x' }, /not reachable/],
  ];
  it.each(failures)('fails with a clear error when %s', async (_, environment, message) => {
    const answer = await host(environment).invokeTimer(timerEvent);
    expect(answer.error?.errorMessage).toMatch(message);
    expect(JSON.stringify(answer.error)).not.toContain('s3cret');
  });

  it('refuses a bad configuration before the first call', async () => {
    const answer = await host({ DATABASE_URL: '' }, { initializer: 'index.initialize' }).invokeTimer(timerEvent);
    expect(answer.error?.errorMessage).toMatch(/DATABASE_URL is not set/);
  });

  it('is small enough for a cold start', () => {
    expect(statSync(join(inject('dist'), 'alert/index.js')).size).toBeLessThan(1_500_000);
  });
});
