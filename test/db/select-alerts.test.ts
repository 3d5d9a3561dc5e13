import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { expireSilence, insertSilence } from '#db/alert-silence.ts';
import {
  selectAlertChannels,
  selectAlertGroups,
  selectDeliveries,
  selectSilences,
  selectSuppressed,
} from '#db/select-alerts.ts';
import { useStore } from './store-fixture.ts';

const { db } = useStore();
const now = 1_790_000_000;

describe('what the dashboard shows of alerts', () => {
  it('are groups that fire, newest first, apart from those that ended', async () => {
    await db.database.query(sql`
      insert into mps.alert_group (rule, source, pipeline_id, code, status, starts_at, ends_at, active_at, jobs_total)
      values ('job-failed', 'default', 'p', 'X', 'firing', to_timestamp(${now}), null, to_timestamp(${now}), 3),
        ('sync-stale', 'default', '', '', 'pending', to_timestamp(${now + 5}), null, to_timestamp(${now}), 0),
        ('job-failed', 'default', 'p', 'Y', 'resolved', to_timestamp(${now}), to_timestamp(${now + 9}), to_timestamp(${now}), 1)`);
    const open = await selectAlertGroups(db.database, { open: true, limit: 10 });
    const ended = await selectAlertGroups(db.database, { open: false, limit: 10 });
    expect(open).toMatchObject([
      { rule: 'sync-stale', pipeline_id: null, code: null, starts_at: now + 5 },
      { rule: 'job-failed', pipeline_id: 'p', code: 'X', jobs_total: 3, ends_at: null, examples: [] },
    ]);
    expect(ended).toMatchObject([{ code: 'Y', status: 'resolved', ends_at: now + 9 }]);
  });

  it('are silences until they end or are ended', async () => {
    const matcher = { rule: 'job-failed', source: null, pipelineId: 'p*', code: null };
    const times = { now, endsAt: now + 3600 };
    const id = await insertSilence(db.database, { ...matcher, reason: 'maintenance', author: 'ops', ...times });
    const shown = () => selectSilences(db.database, { endsAfter: now + 10, limit: 5 });
    expect(await shown()).toMatchObject([{ id, rule: 'job-failed', source: null, pipeline_id: 'p*', author: 'ops' }]);
    expect(await expireSilence(db.database, { id, now: now + 5 })).toBe(true);
    expect(await expireSilence(db.database, { id, now: now + 6 })).toBe(false);
    expect(await shown()).toEqual([]);
  });

  it('are messages with what each attempt was answered, channels, and what was kept quiet', async () => {
    await db.database.query(sql`
      insert into mps.alert_delivery (id, channel, body, parts, status, attempts, created_at, next_attempt_at, answer)
      values ('msg_a', 'slack', '{}', '[{"group": 1, "notification": 1, "status": "firing", "jobs": 2}]', 'dead', 2,
        to_timestamp(${now}), to_timestamp(${now}), 'no_service'),
        ('msg_b', 'slack', '{}', '[]', 'pending', 0, to_timestamp(${now + 1}), to_timestamp(${now}), null)`);
    await db.database.query(sql`
      insert into mps.alert_attempt (delivery_id, channel, attempt, started_at, finished_at, outcome, status, answer)
      values ('msg_a', 'slack', 1, to_timestamp(${now}), to_timestamp(${now + 1}), 'retry', 503, 'busy'),
        ('msg_a', 'slack', 2, to_timestamp(${now + 6}), null, null, null, null)`);
    await db.database.query(sql`insert into mps.alert_channel (name) values ('slack')`);
    await db.database.query(sql`
      insert into mps.alert_event (source, job_id, job_creation_time, pipeline_id, code, first_sighting, observed_at, suppressed)
      values ('default', 'a', now(), '', '', true, now(), 'too-old'), ('default', 'b', now(), '', '', true, now(), null)`);
    expect((await selectDeliveries(db.database, { limit: 9 })).map(({ id }) => id)).toEqual(['msg_b', 'msg_a']);
    const [dead] = await selectDeliveries(db.database, { status: 'dead', limit: 9 });
    expect(dead).toMatchObject({ id: 'msg_a', parts: [{ group: 1, jobs: 2 }], created_at: now, answer: 'no_service' });
    expect(dead?.tries).toEqual([
      { attempt: 1, started_at: now, finished_at: now + 1, outcome: 'retry', status: 503, answer: 'busy' },
      { attempt: 2, started_at: now + 6, finished_at: null, outcome: null, status: null, answer: null },
    ]);
    expect(await selectAlertChannels(db.database)).toEqual([
      { name: 'slack', disabled_at: null, disabled_reason: null, pending: 1, dead: 1 },
    ]);
    expect(await selectSuppressed(db.database)).toEqual([{ reason: 'too-old', jobs: 1 }]);
  });
});
