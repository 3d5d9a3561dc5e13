import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { type Log, silentLog } from '#core/log.ts';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { createView } from '#view/app.ts';
import { assets, pageScript, styleSheet } from '#view/assets/asset.ts';
import { documentedRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { db, createApp, get, startWriter } = useView();
const id = encodeURIComponent(String(documentedRecord.Id));
const dataPaths = [
  '/',
  '/jobs',
  '/failures',
  '/runs',
  '/docs',
  `/jobs/${id}`,
  '/readyz',
  '/v1/jobs',
  `/v1/jobs/${id}`,
  `/v1/jobs/${id}/transitions`,
  '/v1/health',
  '/v1/stats',
  '/v1/failures',
  '/v1/runs',
  '/v1/export',
  '/v1/export?format=csv&limit=5',
  '/metrics',
  '/openapi.json',
];

describe('every answer', () => {
  const ways = [...dataPaths, '/livez', '/nowhere', '/?bad=1', '/v1/jobs?bad=1', ...assets.map(({ path }) => path)];

  it.each(ways)('carries the security headers: %s', async (path) => {
    await (await startWriter()).write(documentedRecord);
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    const kept = /^\/(v1\/(?!export)|openapi)/.test(path) && !path.includes('bad') ? 'private, no-cache' : 'no-store';
    expect(headers.get('cache-control')).toBe(
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : kept,
    );
  });

  it.each(['/v1/nothing', '/v1', '/v1/jobs/', '/v2/jobs', '/assets/style.css', '/favicon.ico'])(
    'is 404 at %s',
    async (path) => {
      const answer = await createApp().request(path, { headers: { accept: 'application/json' } });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
      });
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 to %s, with what is allowed', async (method) => {
    for (const path of [...dataPaths, '/livez', styleSheet.path]) {
      // What is posted there is for the replica.
      if (path === '/' && method === 'POST') continue;
      const answer = await createApp().request(path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
      expect(await answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
    }
    expect((await createApp().request('/nowhere', { method })).status).toBe(404);
  });

  it('to HEAD is that to GET without its body', async () => {
    const answer = await createApp().request('/v1/jobs', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });
});

describe('the assets', () => {
  it.each(assets)('are kept for ever, and told again only when they changed: $path', async ({ path, body, etag }) => {
    const answer = await get(path);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get('etag')).toBe(etag);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await createApp().request(path, { headers: { 'if-none-match': tag } });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
    }
    expect((await createApp().request(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('hold scripts that parse, and weigh 60 kB at most on the way, all together', () => {
    for (const { type, body } of assets) {
      if (type.startsWith('text/javascript')) expect(() => new Function(body)).not.toThrow();
    }
    expect(assets.reduce((bytes, { body }) => bytes + gzipSync(body).length, 0)).toBeLessThan(60_000);
    expect(assets).toContain(pageScript);
  });
});

describe('reading', () => {
  it('writes nothing: every route answers from a database that takes no writes', async () => {
    await (await startWriter()).write(documentedRecord);
    const url = new URL(db.url);
    const [owner, reader] = [url.username, `reading_${randomUUID().slice(0, 8)}`].map((name) => sql.identifier(name));
    await db.database.query(sql`create role ${reader} login password 'reading' in role ${owner}`);
    await db.database.query(sql`alter role ${reader} set default_transaction_read_only = on`);
    Object.assign(url, { username: reader?.value, password: 'reading' });
    const database = createDatabase({ url: url.href });
    try {
      await expect(database.query(sql`create table x ()`)).rejects.toMatchObject({
        message: expect.stringContaining('read-only'),
      });
      for (const path of dataPaths) expect((await createApp({ database }).request(path)).status).toBe(200);
    } finally {
      await database.close();
      await db.database.query(sql`drop role ${reader}`);
    }
  });
});

describe('/livez and /readyz', () => {
  it('tell the process from the database', async () => {
    expect(await (await get('/livez')).json()).toEqual({ status: 'ok' });
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ok' });
  });

  it('is not ready on a database that was never migrated, and says what to do', async () => {
    const url = await ensureDatabase(db.url, `${new URL(db.url).pathname.slice(1)}_bare`);
    const database = createDatabase({ url });
    try {
      const app = createView({ database, tokens: [], access: 'loopback', log: silentLog });
      for (const path of ['/readyz', '/v1/jobs', '/v1/health']) {
        const answer = await app.request(path);
        expect(answer.status).toBe(503);
        expect(await answer.json()).toMatchObject({
          code: 'schema_missing',
          detail: expect.stringContaining('npm run migrate'),
        });
      }
      expect((await app.request('/livez')).status).toBe(200);
    } finally {
      await database.close();
      await db.database.query(sql`drop database ${sql.identifier(new URL(url).pathname.slice(1))} with (force)`);
    }
  });
});

describe('an error that nobody foresaw', () => {
  it('is 500 and says nothing of the inside, which the log has', async () => {
    const logged: { fields: object; message: string }[] = [];
    const log: Log = { ...silentLog, error: (fields, message) => logged.push({ fields, message }) };
    const database = { ...db.database, query: () => Promise.reject(new TypeError('secret-inside')) };
    for (const accept of ['application/json', 'text/html']) {
      const answer = await createApp({ database, log }).request('/', { headers: { accept } });
      expect(answer.status).toBe(500);
      expect(await answer.text()).not.toContain('secret-inside');
    }
    expect(logged[0]).toMatchObject({
      message: 'view_request_failed',
      fields: { method: 'GET', path: '/', code: 'unexpected', err: { message: 'secret-inside' } },
    });
  });
});
