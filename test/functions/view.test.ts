import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Host, loadFunction } from '@fc2/runtime/host';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createSyncStore } from '#db/sync-store.ts';
import { signRequest } from '#mps/sign.ts';
import { hostDeployed } from '#scripts/deployed-host.ts';
import { documentedRecord, toJobs } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';

const db = useDatabase();
const open: Host[] = [];
const token = 'a-token-for-tests';
const authorization = `Bearer ${token}`;

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop()));
});

function host(environment: Record<string, string> = {}, freeze = false): Host {
  const created = hostDeployed(inject('dist'), 'view', {
    timeoutSeconds: 30,
    preStop: 'index.preStop',
    environment: { DATABASE_URL: db.url, VIEW_TOKEN: token, ...environment },
    freeze,
  });
  open.push(created);
  return created;
}

async function storeDocumentedJob(): Promise<void> {
  const store = createSyncStore(db.database);
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.lease`);
  const lease = await store.acquireLease({ name: 'default', holder: 'test', seconds: 60 });
  await store.upsertCoverage({ source: 'default', since: undefined, defaultSince: 0, settleSeconds: 5 });
  await store.writePage({
    source: 'default',
    runId: 1,
    fence: lease?.fence ?? 0,
    jobs: toJobs(documentedRecord),
    rejections: [],
  });
}

const tellTime = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';
const callFirst = `require(process.argv[1]).handler(Buffer.from(process.argv[2]), JSON.parse(process.argv[3])).then(({ statusCode }) => {
  if (statusCode !== 200) throw new Error(String(statusCode));
  ${tellTime}
  process.exit();
});`;

/** Milliseconds of processor that a Node of its own takes from its start to its last line: others on the machine take none of them. */
async function measureProcessor(script: string, ...args: string[]): Promise<number> {
  const env = { DATABASE_URL: db.url, VIEW_TOKEN: token };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, '--', ...args], { env });
  return Number(stdout);
}

describe('the view function as built', () => {
  it('answers an HTTP event of Function Compute with the stored job, field for field', async () => {
    await storeDocumentedJob();
    const { response } = await host().invokeHttp({
      path: '/v1/jobs?state=Snapshoting,Fail&include=raw',
      headers: { AUTHORIZATION: authorization },
    });
    expect(response?.status).toBe(200);
    expect(await response?.json()).toMatchObject({
      jobs: [{ id: documentedRecord.Id, state: 'Snapshoting', raw: documentedRecord }],
      next_cursor: null,
    });
  });

  it('answers an AWS function URL (payload 2.0) alike', async () => {
    await storeDocumentedJob();
    process.env.DATABASE_URL = db.url;
    process.env.VIEW_TOKEN = token;
    const [handler, preStop] = await Promise.all(
      ['index.handler', 'index.preStop'].map((name) => loadFunction(join(inject('dist'), 'view'), name)),
    );
    const context = {
      awsRequestId: 'r',
      functionName: 'view',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:view',
      getRemainingTimeInMillis: () => 10_000,
    };
    const event = {
      version: '2.0',
      rawPath: `/v1/jobs/${encodeURIComponent(String(documentedRecord.Id))}`,
      rawQueryString: 'include=raw',
      headers: { authorization, host: 'x.lambda-url.eu-west-1.on.aws' },
      requestContext: {
        http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '1.2.3.4', userAgent: 'test' },
      },
      isBase64Encoded: false,
    };
    const result = (await handler?.(event, context)) as { statusCode: number; body: string };
    expect(result.statusCode).toBe(200);
    expect(JSON.parse(result.body)).toMatchObject({ raw: documentedRecord });
    await preStop?.(context);
  });

  it('answers its next request after a freeze in which its connections died', async () => {
    const view = host({}, true);
    const ask = async () =>
      (await view.invokeHttp({ path: '/v1/health', headers: { authorization } })).response?.status;
    expect(await ask()).toBe(200);
    await db.database.query(sql`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
    expect(await ask()).toBe(200);
  });

  it('answers the official call of MPS, signed with the replica key', async () => {
    await storeDocumentedJob();
    const key = { accessKeyId: 'replica', accessKeySecret: '0123456789abcdef' };
    const view = host({ VIEW_ACCESS_KEY_ID: key.accessKeyId, VIEW_ACCESS_KEY_SECRET: key.accessKeySecret });
    const query = { MaximumPageSize: '10', StartOfJobCreatedTimeRange: '2021-01-01T00:00:00Z' };
    const call = {
      method: 'POST',
      host: 'view.example',
      action: 'QuerySnapshotJobList',
      version: '2014-06-18',
      query,
      now: Date.now(),
      nonce: 'n1',
    } as const;
    const path = `/?${new URLSearchParams(query)}`;
    const ask = async (secret: string) =>
      (await view.invokeHttp({ method: 'POST', path, headers: signRequest(call, { ...key, accessKeySecret: secret }) }))
        .response;
    expect(await (await ask('another-secret-0'))?.json()).toMatchObject({ Code: 'SignatureDoesNotMatch' });
    const answer = await ask(key.accessKeySecret);
    expect(answer?.status).toBe(200);
    expect(await answer?.json()).toMatchObject({ SnapshotJobList: { SnapshotJob: [documentedRecord] } });
  });

  it('signs a browser in, and out', async () => {
    const view = host();
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    const signIn = { method: 'POST', path: '/sign-in', headers: form, body: new URLSearchParams({ token }).toString() };
    const { response } = await view.invokeHttp(signIn);
    expect(response?.status).toBe(303);
    const cookie = response?.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^mps_session=.*; HttpOnly; Secure; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0] ?? '', accept: 'text/html', 'accept-encoding': 'gzip' };
    const page = await view.invokeHttp({ path: '/runs', headers });
    expect(page.response?.status).toBe(200);
    expect(page.response?.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from((await page.response?.arrayBuffer()) ?? new ArrayBuffer(0))).toString()).toContain(
      'Sign out',
    );
  });

  it('sends an export larger than an answer may be in parts, and none is lost', async () => {
    await storeDocumentedJob();
    const count = 21_000;
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select 'default', 'job' || n, '2021-06-01Z', jsonb_build_object('UserData', repeat('"', 600)) from generate_series(1, ${count}::int) as n`);
    const [{ jobs = 0 } = {}] = await db.database.query<{ jobs: number }>(
      sql`select count(*)::int as jobs from mps.job`,
    );
    expect(jobs).toBe(count + 1);
    const view = host();
    let [path, lines, parts] = ['/v1/export' as string | undefined, 0, 0];
    while (path !== undefined && parts < 9) {
      const { response } = await view.invokeHttp({ path, headers: { authorization } });
      expect(response?.status).toBe(200);
      lines += ((await response?.text()) ?? '').trimEnd().split('\n').length;
      path = /^<(.*)>; rel="next"$/.exec(response?.headers.get('link') ?? '')?.[1];
      parts += 1;
    }
    expect(parts).toBeGreaterThan(1);
    expect(lines).toBe(jobs);
  }, 60_000);

  it('gives its first answer 300 ms beyond the start of Node, or within ten times that where it takes longer', async () => {
    const event = JSON.stringify({
      version: 'v1',
      rawPath: '/v1/jobs',
      headers: { Authorization: authorization },
      requestContext: { http: { method: 'GET', path: '/v1/jobs' } },
    });
    const context = JSON.stringify({
      requestId: '1-0-start',
      function: { name: 'view', handler: 'index.handler', memory: 512, timeout: 60 },
      region: 'cn-hangzhou',
      accountId: '1234567890123456',
      retryCount: 0,
    });
    const file = join(inject('dist'), 'view/index.js');
    const [starts, bare]: [number[], number[]] = [[], []];
    for (let time = 0; time < 4; time += 1) {
      bare.push(await measureProcessor(tellTime));
      starts.push(await measureProcessor(callFirst, file, event, context));
    }
    const beyond = Math.min(...starts) - Math.min(...bare);
    expect(beyond).toBeGreaterThan(0);
    expect(beyond).toBeLessThanOrEqual(Math.max(300, 10 * Math.min(...bare)));
  }, 60_000);

  const closed: [string, Record<string, string>, number, string][] = [
    ['no token is configured', { VIEW_TOKEN: '' }, 503, 'no_token_configured'],
    ['no database is configured', { DATABASE_URL: '' }, 503, 'config_invalid'],
    ['the database is away', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 503, 'database_unavailable'],
    ['the token is wrong', { VIEW_TOKEN: 'another' }, 401, 'unauthorized'],
  ];

  it.each(closed)('is closed with a reason when %s, and alive', async (_, environment, status, code) => {
    const view = host(environment);
    const { response } = await view.invokeHttp({ path: '/v1/jobs', headers: { authorization } });
    expect(response?.status).toBe(status);
    expect(response?.headers.get('content-type')).toContain('application/problem+json');
    expect(await response?.json()).toMatchObject({ status, code });
    expect((await view.invokeHttp({ path: '/livez' })).response?.status).toBe(200);
  });

  it('is small enough for a cold start', () => {
    expect(statSync(join(inject('dist'), 'view/index.js')).size).toBeLessThan(1_500_000);
  });
});
