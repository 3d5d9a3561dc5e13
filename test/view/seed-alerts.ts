import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** The present of these alerts, epoch seconds. */
export const alertsNow = Date.parse('2026-03-02T10:30:00Z') / 1000;

/** Alerts that fire, wait and have ended; messages that wait, arrived and were given up, with hostile answers. */
export async function seedAlerts(database: Database): Promise<void> {
  const at = (seconds: number) => sql`to_timestamp(${alertsNow + seconds}::float8)`;
  const examples = JSON.stringify([
    { id: 'job1', creationTime: alertsNow - 1_860, inputObject: 'a.mp4', message: '<b>' },
  ]);
  await database.query(sql`
    insert into mps.alert_group (rule, source, pipeline_id, code, status, starts_at, ends_at, active_at, notified_at,
      notifications, jobs_total, detail, examples)
    values
      ('job-failed', 'default', 'p1', 'SnapshotTimeOut', 'firing', ${at(-1_800)}, null, ${at(-60)}, ${at(-1_770)}, 2, 12,
        '12 jobs failed', ${examples}::jsonb),
      ('sync-stale', 'default', '', '', 'pending', ${at(-20)}, null, ${at(-5)}, null, 0, 0,
        'No run completed for 12 min', '[]'),
      ('job-failed', 'default', 'p2', 'Ended', 'resolved', ${at(-9_000)}, ${at(-7_200)}, ${at(-7_500)}, ${at(-7_200)}, 2, 3,
        '', '[]')`);
  await database.query(sql`insert into mps.alert_channel (name) values ('slack')`);
  await database.query(sql`
    insert into mps.alert_delivery (id, channel, body, parts, status, attempts, created_at, next_attempt_at, finished_at, answer)
    values
      ('msg_dead', 'slack', '{}', '[{"group": 1, "notification": 1, "status": "firing", "jobs": 2}]', 'dead', 2,
        ${at(-1_700)}, ${at(-1_700)}, ${at(-1_600)}, 'refused'),
      ('msg_done', 'slack', '{}', '[{"group": 1, "notification": 1, "status": "firing", "jobs": 12}]', 'delivered', 1,
        ${at(-1_760)}, ${at(-1_760)}, ${at(-1_759)}, 'ok'),
      ('msg_wait', 'slack', '{}', '[{"group": 1, "notification": 2, "status": "firing", "jobs": 0}]', 'pending', 0,
        ${at(-60)}, ${at(30)}, null, null)`);
  await database.query(sql`
    insert into mps.alert_attempt (delivery_id, channel, attempt, started_at, finished_at, outcome, status, answer)
    values
      ('msg_dead', 'slack', 1, ${at(-1_700)}, ${at(-1_699)}, 'retry', 503, 'busy'),
      ('msg_dead', 'slack', 2, ${at(-1_600)}, ${at(-1_599)}, 'refused', 400, '<script>alert(1)</script>'),
      ('msg_done', 'slack', 1, ${at(-1_760)}, ${at(-1_759)}, 'delivered', 200, 'ok')`);
  await database.query(sql`
    insert into mps.alert_event (source, job_id, job_creation_time, pipeline_id, code, first_sighting, observed_at, suppressed)
    values ('default', 'old', now(), '', '', true, now(), 'before-alerting')`);
}
