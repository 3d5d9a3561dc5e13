import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { selectDeliveries, selectSilences } from '#db/select-alerts.ts';
import { alertsNow as now, seedAlerts } from './seed-alerts.ts';
import { useView } from './use-view.ts';

const { db, createApp } = useView();
const clock = { now: () => now * 1000 };
const writable = () => createApp({ ...clock, writer: db.database });

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  writable().request(path, { method: 'POST', body: new URLSearchParams(fields), headers });

async function getPage(path: string, app = writable()): Promise<string> {
  const answer = await app.request(path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(200);
  return answer.text();
}

const silence = {
  rule: 'job-failed',
  source: '',
  pipeline: 'p*',
  code: '',
  hours: '4',
  reason: 'known',
  author: 'Ada',
};

describe('/v1/alerts', () => {
  it('lists alerts, the latest to appear first, by page and by filter', async () => {
    await seedAlerts(db.database);
    const ask = async (query: string) =>
      (await (await createApp(clock).request(`/v1/alerts${query}`)).json()) as {
        alerts: { code: string | null; rule: string }[];
        next_cursor: string | null;
      };
    const all = await ask('');
    expect(all.alerts.map(({ rule, code }) => [rule, code])).toEqual([
      ['job-failed', 'Ended'],
      ['sync-stale', null],
      ['job-failed', 'SnapshotTimeOut'],
    ]);
    expect(all.alerts[2]).toMatchObject({
      status: 'firing',
      pipeline_id: 'p1',
      jobs_total: 12,
      starts_at: '2026-03-02T10:00:00.000Z',
      ends_at: null,
      examples: [{ job_id: 'job1', creation_time: '2026-03-02T09:59:00.000Z', input_object: 'a.mp4', message: '<b>' }],
    });
    expect((await ask('?status=firing,pending')).alerts).toHaveLength(2);
    expect((await ask('?rule=sync-stale')).alerts).toHaveLength(1);
    const first = await ask('?limit=2');
    const second = await ask(`?limit=2&cursor=${first.next_cursor}`);
    expect([...first.alerts, ...second.alerts]).toEqual(all.alerts);
    expect(second.next_cursor).toBeNull();
  });
});

describe('the page of alerts', () => {
  it('says so when there is nothing', async () => {
    const page = await getPage('/alerts');
    for (const text of [
      'Nothing is firing.',
      'No silence is in force',
      'No message was given up',
      'ALERT_WEBHOOK_URL',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('shows what fires, with a way to its jobs, and what each attempt was answered', async () => {
    await seedAlerts(db.database);
    const page = await getPage('/alerts');
    expect(page).toContain('>Firing (1), Pending (1)</h2>');
    expect(page).toContain(
      'href="/jobs?source=default&amp;state=Fail&amp;pipeline=p1&amp;code=SnapshotTimeOut&amp;changed_from=2026-03-02T10%3A00%3A00.000Z"',
    );
    expect(page).toContain('1 that had failed before alerting was switched on');
    expect(page).toContain('refused (HTTP 400)');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script>alert');
  });

  it.each([
    { status: 'firing', heading: 'Firing (2)' },
    { status: 'pending', heading: 'Pending (2)' },
    { status: 'resolved', heading: 'Firing' },
  ])('counts apart what fires and what waits to be told: all $status', async ({ status, heading }) => {
    await seedAlerts(db.database);
    await db.database.query(sql`update mps.alert_group set status = ${status} where status <> 'resolved'`);
    expect(await getPage('/alerts')).toContain(`<h2 id="firing">${heading}</h2>`);
  });

  it('leads from failures without a code to jobs without one', async () => {
    await seedAlerts(db.database);
    await db.database.query(sql`update mps.alert_group set code = '' where rule = 'job-failed'`);
    expect(await getPage('/alerts')).toContain(
      'href="/jobs?source=default&amp;state=Fail&amp;pipeline=p1&amp;without=code&amp;changed_from=',
    );
  });

  it('makes a silence from what an alert fills in, and ends it', async () => {
    await seedAlerts(db.database);
    const form = await getPage('/alerts?rule=job-failed&source=default&code=SnapshotTimeOut');
    expect(form).toMatch(/<input name="code" value="SnapshotTimeOut"/);
    const made = await post('/alerts/silences', silence);
    expect([made.status, made.headers.get('location')]).toEqual([303, '/alerts']);
    const [stored] = await selectSilences(db.database, { endsAfter: now, limit: 9 });
    expect(stored).toMatchObject({ rule: 'job-failed', source: null, pipeline_id: 'p*', ends_at: now + 4 * 3600 });
    expect(await getPage('/alerts')).toContain(`action="/alerts/silences/${stored?.id}/end"`);
    expect((await post(`/alerts/silences/${stored?.id}/end`, {})).status).toBe(303);
    expect(await selectSilences(db.database, { endsAfter: now, limit: 9 })).toEqual([]);
  });

  it('sends a dead letter again, and only that', async () => {
    await seedAlerts(db.database);
    expect(await getPage('/alerts')).toContain('action="/alerts/deliveries/msg_dead/retry"');
    expect((await post('/alerts/deliveries/msg_dead/retry', {})).status).toBe(303);
    expect((await post('/alerts/deliveries/msg_done/retry', {})).status).toBe(303);
    expect((await post('/alerts/deliveries/a%00b/retry', {})).status).toBe(303);
    const rows = await selectDeliveries(db.database, { limit: 9 });
    expect(rows.map(({ id, status }) => [id, status])).toEqual([
      ['msg_wait', 'pending'],
      ['msg_dead', 'pending'],
      ['msg_done', 'delivered'],
    ]);
    expect(rows[1]?.next_attempt_at).toBe(now);
  });

  it.each([
    ['no reason', { reason: ' ' }, 'reason'],
    ['a time nobody offers', { hours: '9999' }, 'hours'],
    ['a rule there is not', { rule: 'x' }, 'rule'],
    ['what Postgres cannot hold', { author: 'a\0' }, 'author'],
  ])('refuses a silence with %s', async (_, fields, named) => {
    const answer = await post('/alerts/silences', { ...silence, ...fields });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(named) });
    expect(await selectSilences(db.database, { endsAfter: 0, limit: 9 })).toEqual([]);
  });

  it('refuses what another website sends', async () => {
    const answer = await post('/alerts/silences', silence, { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(await selectSilences(db.database, { endsAfter: 0, limit: 9 })).toEqual([]);
  });

  it('has no forms and takes none where the view has no database to write to', async () => {
    await seedAlerts(db.database);
    const app = createApp(clock);
    const page = await getPage('/alerts', app);
    expect(page).not.toContain('<form');
    expect(page).toContain('this view only reads');
    const answer = await app.request('/alerts/silences', { method: 'POST', body: new URLSearchParams(silence) });
    expect(answer.status).toBe(404);
  });
});

describe('/metrics', () => {
  it('tells the queue of the alerts', async () => {
    await seedAlerts(db.database);
    await db.database.query(sql`
      insert into mps.alert_event (source, job_id, job_creation_time, pipeline_id, code, first_sighting, observed_at)
      values ('default', 'waiting', now(), '', '', false, now())`);
    const lines = (await (await createApp(clock).request('/metrics')).text()).split('\n');
    for (const sample of [
      'mps_sync_alerts{rule="job-failed",status="firing"} 1',
      'mps_sync_alerts{rule="sync-stale",status="pending"} 1',
      'mps_sync_alert_events_waiting 1',
      'mps_sync_alert_deliveries{channel="slack",status="pending"} 1',
      'mps_sync_alert_deliveries{channel="slack",status="dead"} 1',
      'mps_sync_alert_oldest_pending_seconds 60',
      'mps_sync_alert_channel_disabled{channel="slack"} 0',
    ]) {
      expect(lines).toContain(sample);
    }
  });
});
