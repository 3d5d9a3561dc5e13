import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { alertsNow, seedAlerts } from './seed-alerts.ts';
import { useView } from './use-view.ts';

const { db, createApp, startWriter } = useView({ emptyBefore: 'all' });
const suffix = randomUUID().slice(0, 8);
const open: Database[] = [];
const routes = [
  ...[
    '/',
    '/jobs',
    '/jobs?code=x&input=y*',
    '/jobs/job1',
    '/failures',
    '/runs',
    '/alerts',
    '/readyz',
    '/metrics',
    '/docs',
  ],
  ...['/v1/jobs', '/v1/jobs?state=Fail&code=None', '/v1/jobs?changed_from=2026-01-01T00:00:00Z', '/v1/jobs/job1'],
  ...['/v1/jobs/job1/transitions', '/v1/health', '/v1/stats', '/v1/failures', '/v1/runs', '/v1/alerts', '/v1/export'],
];

/** The statements of docs/security.md, with names and a password of this test's own. */
const documented = [...readFileSync('docs/security.md', 'utf8').matchAll(/```sql\n(.*?)```/gs)]
  .map(([, text = '']) => text.replaceAll(/mps_(view|forms)/g, `$1_${suffix}`).replaceAll('…', suffix))
  .join('\n');

const toUrl = (role: string) =>
  Object.assign(new URL(db.url), { username: `${role}_${suffix}`, password: suffix }).href;

/** The view as it is deployed, its two databases under the roles given. */
function createAppOf(reader: string, writer?: string) {
  const database = createReader({ url: toUrl(reader), connections: 2, statementTimeoutMs: 10_000 });
  const forms = writer === undefined ? undefined : createDatabase({ url: writer, connections: 1 });
  open.push(database, ...(forms ? [forms] : []));
  return createApp({ database, writer: forms, now: () => alertsNow * 1000 });
}

const silence = { rule: 'job-failed', source: '', pipeline: '', code: '', hours: '4', reason: 'known', author: 'Ada' };
const post = (app: ReturnType<typeof createAppOf>, path: string, fields: Record<string, string>) =>
  app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers: { accept: 'text/html' } });

beforeAll(async () => {
  await (await startWriter()).write(makeRecord({ Id: 'job1', State: 'Fail' }));
  await seedAlerts(db.database);
  for (const statement of documented.split(';').filter((text) => text.trim())) {
    await db.database.query(sql.raw(statement));
  }
  await db.database.query(sql.raw(`create role reports_${suffix} login password '${suffix}' in role mps_reader`));
  // A role of its own for whom the server only reads: a pooler passes no setting on, and a connection keeps those it began with.
  await db.database.query(sql.raw(`create role still_${suffix} login password '${suffix}' in role forms_${suffix}`));
  await db.database.query(sql.raw(`alter role still_${suffix} set default_transaction_read_only = on`));
});

afterAll(async () => {
  await Promise.all(open.map((database) => database.close()));
  for (const role of ['still', 'reports', 'forms', 'view']) {
    await db.database.query(sql.raw(`drop owned by ${role}_${suffix}`));
    await db.database.query(sql.raw(`drop role ${role}_${suffix}`));
  }
});

describe('the roles that docs/security.md makes', () => {
  it.each(routes)('read %s', async (path) => {
    expect((await createAppOf('view').request(path)).status).toBe(200);
  });

  it('make and end a silence, and send a message again', async () => {
    const app = createAppOf('view', toUrl('forms'));
    expect((await post(app, '/alerts/silences', silence)).status).toBe(303);
    const page = await (await app.request('/alerts')).text();
    const [, end = ''] = /action="(\/alerts\/silences\/\d+\/end)"/.exec(page) ?? [];
    expect((await post(app, end, {})).status).toBe(303);
    expect((await post(app, '/alerts/deliveries/msg_dead/retry', {})).status).toBe(303);
  });

  it('let the view read what a later migration brings', async () => {
    await db.database.query(sql`create table mps.later as select 1 as one`);
    const reader = createReader({ url: toUrl('view'), connections: 1, statementTimeoutMs: 10_000 });
    open.push(reader);
    expect(await reader.query(sql`select one from mps.later`)).toEqual([{ one: 1 }]);
    await db.database.query(sql`drop table mps.later`);
  });
});

describe('a role that lacks a right', () => {
  it.each(['/v1/jobs?state=Fail', '/v1/stats', '/metrics'])('is named as the reason, to programs: %s', async (path) => {
    const answer = await createAppOf('reports').request(path);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'database_forbidden' });
  });

  it.each([
    ['a role that only reads', () => toUrl('view')],
    ['a server that only reads', () => toUrl('still')],
  ])('is named as the reason, to whoever sent a form: %s', async (_, url) => {
    const answer = await post(createAppOf('view', url()), '/alerts/silences', silence);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('The database does not grant the view what this takes');
  });
});
