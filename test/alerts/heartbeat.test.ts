import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { openAlerts, runOnce } from '#alerts/open-alerts.ts';
import { parseConfig } from '#core/config.ts';
import { silentLog } from '#core/log.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { systemClock } from '#sync/system-clock.ts';
import { createWebhookReceiver } from './receivers/webhook.ts';
import { webhookSecret } from './sample-channels.ts';
import { useAlerts } from './use-alerts.ts';

const alerts = useAlerts();

describe('the heartbeat', () => {
  it('is called after a good round, and not after one whose rules could not judge, which tells of failures all the same', async () => {
    await using heartbeat = await startReceiver(() => ({ status: 200 }));
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret));
    const config = parseConfig({
      MPS_REGION: 'cn-hangzhou',
      ALERT_WEBHOOK_URL: `${receiver.origin}/in`,
      ALERT_WEBHOOK_SECRET: webhookSecret,
      ALERT_HEARTBEAT_URL: `${heartbeat.origin}/ping`,
      ALERT_ALLOW_HOSTS: '127.0.0.1',
      ALERT_GROUP_WAIT_SECONDS: '0',
    });
    const opened = await openAlerts({ config, databaseUrl: alerts.db.url, clock: systemClock, log: silentLog });
    const round = () => runOnce(opened, { signal: AbortSignal.timeout(30_000), patienceMs: 0 });
    try {
      await round();
      expect(heartbeat.received.map(({ path }) => path)).toEqual(['/ping']);
      await alerts.fail(1);
      await alerts.db.database.query(sql`alter table mps.rejected_record rename to rejected_record_away`);
      await alerts.db.database.query(
        sql`update mps.alert_state set switched_on_at = switched_on_at - interval '1 hour'`,
      );
      await expect(round()).rejects.toThrow();
      expect(heartbeat.received).toHaveLength(1);
      expect(receiver.received).toHaveLength(1);
      await alerts.db.database.query(sql`alter table mps.rejected_record_away rename to rejected_record`);
      await round();
      expect(heartbeat.received).toHaveLength(2);
    } finally {
      await alerts.db.database.query(sql`alter table if exists mps.rejected_record_away rename to rejected_record`);
      await opened.close();
    }
  });

  it('that nobody answers fails no round', async () => {
    const config = parseConfig({
      MPS_REGION: 'cn-hangzhou',
      ALERT_HEARTBEAT_URL: 'http://127.0.0.1:1/ping',
      ALERT_ALLOW_HOSTS: '127.0.0.1',
    });
    const opened = await openAlerts({ config, databaseUrl: alerts.db.url, clock: systemClock, log: silentLog });
    try {
      const report = await runOnce(opened, { signal: AbortSignal.timeout(30_000), patienceMs: 0 });
      expect(report).toMatchObject({ groups: 0, sent: 0 });
    } finally {
      await opened.close();
    }
  });
});
