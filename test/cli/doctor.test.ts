import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type Finding, judgeClock, withinMs } from '#cli/doctor/check.ts';
import { judgeLag, judgeServer } from '#cli/doctor/database.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { startReceiver } from '#scripts/receiver.ts';
import { DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { createWebhookReceiver } from '../alerts/receivers/webhook.ts';
import { useDatabase } from '../db/test-database.ts';
import { callCommand, toEnv } from './command.ts';

const db = useDatabase();
const password = randomUUID();
const alerts = {
  ALERT_WEBHOOK_URL: 'https://127.0.0.1:1/secret-path',
  ALERT_ALLOW_HOSTS: '127.0.0.1',
  ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};
const simulators: RunningSimulator[] = [];
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

async function doctor(
  env: Record<string, string> = {},
  simulation: SimulatorOptions = {},
  options: readonly string[] = [],
) {
  const simulator = await startSimulator(simulation);
  simulators.push(simulator);
  const settings = { ...toEnv(db.url, simulator.url), VIEW_TOKEN: 'a-token-that-is-long-enough', ...alerts, ...env };
  const { code, stdout, stderr } = await callCommand(['doctor', '--json', ...options], settings);
  for (const secret of [
    DEMO_ACCESS_KEY_SECRET,
    'secret-path',
    alerts.ALERT_WEBHOOK_SECRET,
    'a-token-that-is-long-enough',
    password,
    new URL(db.url).password,
  ]) {
    expect(stdout + stderr).not.toContain(secret);
  }
  const report = JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
  expect(report.ok).toBe(code === 0);
  expect(stderr === '').toBe(code === 0);
  return { code, simulator, ...report, bad: report.checks.filter(({ status }) => status === 'fail') };
}

/** A database of one test's own. */
async function makeDatabase(template?: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
  cleanups.push(async () => {
    await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
    await server.close();
  });
  return ensureDatabase(inject('postgresUrl'), name, template);
}

async function run(url: string, statement: string): Promise<void> {
  const database = createDatabase({ url, connections: 1 });
  await database.query(sql.raw(statement));
  await database.close();
}

/** The URL of a role that is a member of another and nothing else. */
async function makeReader(url: string, role: 'mps_reader' | 'pg_read_all_data'): Promise<string> {
  const name = `reader_${randomUUID().replaceAll('-', '').slice(0, 8)}`;
  await run(url, `create role ${name} login password '${password}' in role ${role}`);
  cleanups.push(() => run(inject('postgresUrl'), `drop role ${name}`));
  return Object.assign(new URL(url), { username: name, password }).href;
}

async function makeReadOnly(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await run(url, `alter database ${name} set default_transaction_read_only = on`);
  // Only new connections obey, and a pooler keeps old ones.
  const old = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`;
  await run(inject('postgresUrl'), old);
}

describe('mps-sync doctor', { timeout: 60_000 }, () => {
  it('finds nothing wrong where all is well, and leaves nothing behind', async () => {
    const { code, checks, simulator } = await doctor();
    expect(code).toBe(0);
    expect(checks.map(({ area, name, status }) => `${area}/${name} ${status}`)).toEqual([
      'configuration/variables ok',
      'configuration/VIEW_TOKEN ok',
      'DATABASE_URL/reachable ok',
      'DATABASE_URL/version ok',
      'DATABASE_URL/clock ok',
      'DATABASE_URL/schema ok',
      'DATABASE_URL/rights ok',
      'DATABASE_URL/rehearsal ok',
      'DATABASE_URL/readers ok',
      'DATABASE_URL/retention ok',
      'MPS default/answer ok',
      'MPS default/clock ok',
      'alerts/webhook ok',
    ]);
    expect(simulator.traffic.calls).toBe(1);
    expect(await db.database.query(sql`select name from mps.lease`)).toEqual([]);
    expect(await db.database.query(sql`select account from mps.quota`)).toEqual([{ account: 'default' }]);
  });

  it('prints the same for people, with the remedy under what is wrong', async () => {
    const { code, stdout, stderr } = await callCommand(['doctor'], {
      DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/x',
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'mps-sync: 2 check(s) failed\n' });
    expect(stdout).toMatch(
      /^DATABASE_URL\n {2}fail {5}reachable +Postgres is not reachable: .*\n +Check that it runs, /m,
    );
    expect(stdout).toMatch(/^MPS\n {2}fail {5}sources +MPS_REGION: set it/m);
    expect(stdout).toMatch(/^2 failed; 1 ok, 2 to look at, 0 skipped\.$/m);
    expect(stdout).not.toContain('s3cret');
  });

  it('names every bad variable at once, and no value', async () => {
    const { code, bad } = await doctor({ MPS_QPS: 'hunter2', SYNC_SINCE: 'hunter2', MPS_SOURCES: 'hunter2' });
    expect(code).toBe(1);
    expect(bad.map(({ detail }) => detail.split(' ')[0])).toEqual(['MPS_SOURCES', 'MPS_QPS', 'SYNC_SINCE']);
    expect(JSON.stringify(bad)).not.toContain('hunter2');
  });

  const refusals: [string, SimulatorOptions, Record<string, string>, string, RegExp][] = [
    ['an unknown key', { accessKeys: { other: { secret: 'x' } } }, {}, 'mps_credentials', /valid key/],
    ['no key', {}, { ALIBABA_CLOUD_ACCESS_KEY_ID: '' }, 'mps_credentials', /valid key/],
    [
      'a missing permission',
      { faults: () => ({ kind: 'error', code: 'Forbidden.RAM', status: 403 }) },
      {},
      'mps_forbidden',
      /Allow mts:QuerySnapshotJobList/,
    ],
    ['a clock that is off', { requestClock: () => Date.now() + 3_600_000 }, {}, 'mps_clock_skew', /clock/],
    [
      'an endpoint that is no MPS',
      { faults: () => ({ kind: 'status', status: 200 }) },
      {},
      'mps_unreadable',
      /MPS_ENDPOINT/,
    ],
    ['an endpoint where nobody listens', {}, { MPS_ENDPOINT: 'http://127.0.0.1:1' }, 'mps_unavailable', /MPS_REGION/],
  ];
  it.each(refusals)('tells what to do about %s', async (_, simulation, env, code, remedy) => {
    const report = await doctor(env, simulation);
    expect(report.bad).toMatchObject([
      { area: 'MPS default', name: 'answer', code, remedy: expect.stringMatching(remedy) },
    ]);
  });

  it('takes throttling for something to look at, in one call', async () => {
    const { code, checks, simulator } = await doctor({}, { faults: () => ({ kind: 'throttle' }) });
    expect(code).toBe(0);
    expect(checks).toContainEqual(expect.objectContaining({ area: 'MPS default', status: 'warn', name: 'answer' }));
    expect(simulator.traffic.calls).toBe(1);
  });

  it('asks for each source with its own key and pipeline', async () => {
    const sources = [
      { name: 'one', pipelineId: 'b11c171cced04565b1f38f1ecc39a7d0' },
      { name: 'two', accessKeyIdVariable: 'TWO_ID', accessKeySecretVariable: 'TWO_SECRET' },
    ];
    const { bad, checks } = await doctor({ MPS_SOURCES: JSON.stringify(sources), TWO_ID: 'nobody', TWO_SECRET: 'x' });
    expect(bad).toMatchObject([{ area: 'MPS two', code: 'mps_credentials' }]);
    expect(checks).toContainEqual(expect.objectContaining({ area: 'MPS one', name: 'answer', status: 'ok' }));
  });

  it('tells a database without the schema, one that is behind, and one that is ahead', async () => {
    const empty = await doctor({ DATABASE_URL: await makeDatabase() });
    expect(empty.bad).toMatchObject([{ name: 'schema', remedy: 'Run "npx mps-sync migrate".' }]);
    const behind = await makeDatabase('template_mps');
    await run(
      behind,
      'delete from mps.schema_migration where created_at = (select max(created_at) from mps.schema_migration)',
    );
    expect((await doctor({ DATABASE_URL: behind })).bad).toMatchObject([
      { detail: '1 migration(s) behind this release' },
    ]);
    const ahead = await makeDatabase('template_mps');
    await run(ahead, "insert into mps.schema_migration (hash, created_at) values ('later', 99999999999999)");
    const newer = await doctor({ DATABASE_URL: ahead });
    expect(newer.code).toBe(0);
    expect(newer.checks).toContainEqual(expect.objectContaining({ name: 'schema', status: 'warn' }));
  });

  it('tells, before the first migration, a role that may not make schemas and a database that is read-only', async () => {
    const url = await makeDatabase();
    const name = new URL(url).pathname.slice(1);
    const { bad } = await doctor({ DATABASE_URL: await makeReader(url, 'mps_reader') });
    expect(bad).toMatchObject([
      { name: 'schema' },
      { name: 'rights', remedy: expect.stringMatching(`^Run "grant create on database ${name} to reader_`) },
    ]);
    await makeReadOnly(url);
    expect((await doctor({ DATABASE_URL: url })).bad).toMatchObject([
      { name: 'schema' },
      { name: 'rights', detail: 'read-only' },
    ]);
  });

  it('tells what mps_reader lacks', async () => {
    const url = await makeDatabase('template_mps');
    await run(url, 'revoke usage on schema report from mps_reader');
    const { code, checks } = await doctor({ DATABASE_URL: url });
    expect(code).toBe(0);
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'readers',
        status: 'warn',
        remedy: expect.stringMatching(/^Run "select mps.grant_reader\(\)" as \w+\.$/),
      }),
    );
    await run(url, 'select mps.grant_reader()');
    expect((await doctor({ DATABASE_URL: url })).checks).toContainEqual(
      expect.objectContaining({ name: 'readers', status: 'ok' }),
    );
  });

  it('tells a role that may not write, and a database that is read-only', async () => {
    const url = await makeDatabase('template_mps');
    const { bad } = await doctor({ DATABASE_URL: await makeReader(url, 'mps_reader') });
    expect(bad).toMatchObject([
      { name: 'rights', detail: expect.stringMatching(/^reader_\w+ may not write .* nor make/) },
    ]);
    await makeReadOnly(url);
    expect((await doctor({ DATABASE_URL: url })).bad).toMatchObject([{ name: 'rights', detail: 'read-only' }]);
  });

  it('tells a channel without its secret, one without its address, and an unsafe one', async () => {
    const { bad, checks } = await doctor({
      ALERT_WEBHOOK_SECRET: '',
      ALERT_FEISHU_SECRET: 'x',
      ALERT_SLACK_URL: 'http://chat.example.com/secret-path',
    });
    expect(bad.map(({ name, remedy }) => `${name}: ${remedy}`)).toEqual([
      'webhook: Set ALERT_WEBHOOK_SECRET.',
      'feishu: Set ALERT_FEISHU_URL too.',
    ]);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'slack', status: 'warn' }));
  });

  it('tells a channel on a private address that is not allowed, and one that nobody knows', async () => {
    const { bad, checks } = await doctor({
      ALERT_ALLOW_HOSTS: '',
      ALERT_SLACK_URL: 'https://no-such-host.invalid/secret-path',
    });
    expect(bad).toMatchObject([
      {
        name: 'webhook',
        detail: '127.0.0.1 is a private address: name it in ALERT_ALLOW_HOSTS if alerts should go there',
      },
    ]);
    const slack = { name: 'slack', status: 'warn', detail: 'no-such-host.invalid cannot be looked up from here' };
    expect(checks).toContainEqual(expect.objectContaining(slack));
  });

  it('sends a test to every channel with --send-test, and never without', async () => {
    await using receiver = await startReceiver(createWebhookReceiver(alerts.ALERT_WEBHOOK_SECRET));
    const env = { ALERT_WEBHOOK_URL: `${receiver.origin}/secret-path` };
    await doctor(env);
    expect(receiver.received).toEqual([]);
    const { code, checks } = await doctor(env, {}, ['--send-test']);
    expect(code).toBe(0);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'webhook test', status: 'ok' }));
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.text).toContain('This is a test of mps-sync alerts');
  });

  it('fails when a channel does not take its test, and sends none without a database', async () => {
    await using receiver = await startReceiver(() => ({ status: 500, text: 'out of order' }));
    const env = { ALERT_SLACK_URL: `${receiver.origin}/secret-path`, ALERT_WEBHOOK_URL: '', ALERT_WEBHOOK_SECRET: '' };
    const { bad } = await doctor(env, {}, ['--send-test']);
    expect(bad).toMatchObject([
      {
        area: 'alerts',
        name: 'slack test',
        detail: 'not delivered: HTTP 500: out of order',
        code: 'alert_undelivered',
      },
    ]);
    const { checks } = await doctor({ ...env, DATABASE_URL: await makeDatabase() }, {}, ['--send-test']);
    expect(checks).toContainEqual(expect.objectContaining({ area: 'alerts', name: 'test', status: 'skipped' }));
    expect(receiver.received).toHaveLength(1);
  });

  it('wants of the database of the view no more than reading', async () => {
    const url = await makeDatabase('template_mps');
    const { code, checks } = await doctor({ VIEW_DATABASE_URL: await makeReader(url, 'pg_read_all_data') });
    expect(code).toBe(0);
    const view = checks
      .filter(({ area }) => area === 'VIEW_DATABASE_URL')
      .map(({ name, status }) => `${name} ${status}`);
    expect(view).toEqual(['reachable ok', 'version ok', 'clock ok', 'schema ok', 'rights ok', 'standby ok']);
    const { bad } = await doctor({ VIEW_DATABASE_URL: await makeReader(url, 'mps_reader') });
    expect(bad).toMatchObject([
      { area: 'VIEW_DATABASE_URL', name: 'rights', remedy: expect.stringContaining('pg_read') },
    ]);
  });
});

describe('the judgements of mps-sync doctor', () => {
  const tolerance = { warnMs: 5_000, failMs: 120_000 };
  const clocks: [number, string, string][] = [
    [4_999, 'ok', '5.0 s ahead of the clock here'],
    [-5_001, 'warn', '5.0 s behind the clock here'],
    [120_001, 'fail', '120.0 s ahead of the clock here'],
  ];
  it.each(clocks)('judge a clock that is %i ms off %s', (offset, status, detail) => {
    expect(judgeClock('a', offset, tolerance)).toMatchObject({ status, detail });
  });

  it('forgive a clock what the round trip cannot tell, and see a pooler and an old version', () => {
    const facts = {
      version: 130_012,
      now: 10_400,
      readOnly: false,
      standby: false,
      user: 'mps',
      serverPort: 5432,
      migrated: true,
      maySeeMigrations: true,
      mayWrite: true,
      mayMakePartitions: true,
      mayRead: true,
      database: 'jobs',
      mayMakeSchemas: true,
      isolation: 'serializable',
      readerReads: true,
    };
    const url = 'postgres://mps:x@pooler.example.com:6432/jobs';
    const findings = judgeServer({ use: 'DATABASE_URL', url }, facts, { sentAt: 9_000, receivedAt: 10_000 });
    expect(findings).toMatchObject([
      {
        name: 'reachable',
        status: 'ok',
        detail: 'pooler.example.com/jobs as mps, through a pooler or a proxy, which is fine',
      },
      { name: 'version', status: 'fail', detail: 'PostgreSQL 13.12' },
      { name: 'clock', status: 'ok', detail: '0.9 s ahead of the clock here' },
      {
        name: 'isolation',
        status: 'warn',
        detail: 'serializable by default: calls and pages that meet fail each other',
        remedy: `Run "alter role mps set default_transaction_isolation = 'read committed'".`,
      },
    ]);
    const [, , exact] = judgeServer(
      { use: 'DATABASE_URL', url },
      { ...facts, now: 9_900 },
      { sentAt: 9_000, receivedAt: 10_000 },
    );
    expect(exact).toMatchObject({ detail: '0.0 s ahead of the clock here' });
  });

  it('look twice at a standby that is more than a minute behind', () => {
    expect([null, 3, 61].map((lag) => judgeLag(lag).status)).toEqual(['ok', 'ok', 'warn']);
  });

  it('give up on what hangs', async () => {
    await expect(withinMs(5, 'it', new Promise(() => {}))).rejects.toMatchObject({ code: 'deadline' });
  });
});
