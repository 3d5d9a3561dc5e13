import { connect, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { syncRun } from '#db/schema.ts';
import { assets } from '#view/assets/asset.ts';
import { createReadDatabase } from '#view/read-database.ts';
import { documentedRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { db, createApp, startWriter } = useView();
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function openDatabase(url: string): Database {
  const database = createDatabase({ url, connections: 1 });
  open.push(database);
  return database;
}

describe('with the database away', () => {
  const nobody = () => openDatabase('postgres://user:hidden-password@127.0.0.1:1/none');

  it.each([
    ...['/readyz', '/v1/jobs', '/v1/jobs/x', '/v1/jobs/x/transitions', '/v1/health', '/v1/stats', '/v1/failures'],
    ...['/v1/runs', '/v1/export', '/v1/export?limit=1', '/metrics', '/', '/jobs', '/failures', '/runs', '/docs'],
  ])('a program reads a problem document that says when to ask again: %s', async (path) => {
    const answer = await createApp({ database: nobody() }).request(path);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 503,
      title: 'Service Unavailable',
      code: 'database_unavailable',
    });
    expect(text).not.toMatch(/hidden-password|127\.0\.0\.1|ECONN/);
  });

  it.each(['/', '/jobs', '/jobs/x', '/failures', '/runs'])(
    'a browser sees a page that looks again by itself: %s',
    async (path) => {
      const answer = await createApp({ database: nobody() }).request(path, { headers: { accept: 'text/html' } });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      const html = await answer.text();
      expect(html).toContain('The database does not answer');
      expect(html).toContain('<noscript><meta http-equiv="refresh" content="15"/></noscript>');
      expect(html).toMatch(/<script src="\/assets\/page/);
    },
  );

  it('a database that is not there is told apart, and not named', async () => {
    const url = Object.assign(new URL(inject('postgresUrl')), { pathname: '/no-such-database' }).href;
    const answer = await createApp({ database: openDatabase(url) }).request('/v1/jobs');
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'database_login' });
    expect(text).not.toContain('no-such-database');
  });

  it('the view still lives, and still gives what its pages load', async () => {
    const app = createApp({ database: nobody() });
    for (const path of ['/livez', ...assets.map((asset) => asset.path)]) {
      expect((await app.request(path)).status).toBe(200);
    }
  });
});

describe('a connection that died while nobody looked', () => {
  it('costs nothing but a second try on another', async () => {
    await (await startWriter()).write(documentedRecord);
    const proxy = await openProxy(new URL(db.url));
    const app = createApp({ database: openDatabase(proxy.url) });
    expect((await app.request('/v1/jobs')).status).toBe(200);
    proxy.severNext(1);
    const answer = await app.request('/v1/jobs');
    expect(answer.status).toBe(200);
    expect(proxy.severed()).toBe(1);
  });

  it('costs seconds where it does not even break, because nobody on the way knows of it any more', async () => {
    await (await startWriter()).write(documentedRecord);
    const proxy = await openProxy(new URL(db.url));
    const database = createReader({ url: proxy.url, connections: 1, statementTimeoutMs: 10_000 });
    open.push(database);
    const app = createApp({ database });
    expect((await app.request('/v1/jobs')).status).toBe(200);
    proxy.forget();
    const startedAt = Date.now();
    expect((await app.request('/v1/jobs')).status).toBe(200);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  it.each(['breaks', 'is not even broken'])(
    'costs a form a clear answer, and the next one nothing, where it %s',
    async (how) => {
      const proxy = await openProxy(new URL(db.url));
      const writer = createDatabase({ url: proxy.url, connections: 1, statementTimeoutMs: 1_000 });
      open.push(writer);
      const app = createApp({ writer });
      const fields = { rule: '', source: '', pipeline: '', code: '', hours: '4', reason: how, author: 'Ada' };
      const send = () => app.request('/alerts/silences', { method: 'POST', body: new URLSearchParams(fields) });
      expect((await send()).status).toBe(303);
      if (how === 'breaks') proxy.severNext(1);
      else proxy.forget();
      const answer = await send();
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await answer.json()).toMatchObject({ code: 'database_unavailable' });
      expect((await send()).status).toBe(303);
    },
  );

  it.each<[string, (database: Database) => Promise<unknown>]>([
    ['SQL', (database) => database.query(sql`select 1`)],
    ['a statement that Drizzle builds', (database) => database.queryTyped((drizzle) => drizzle.select().from(syncRun))],
  ])('is not tried a third time: %s', async (_, read) => {
    const proxy = await openProxy(new URL(db.url));
    const database = createReadDatabase(openDatabase(proxy.url));
    proxy.severNext(10);
    await expect(read(database)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(proxy.severed()).toBe(2);
  });

  it('differs from a refusal, which is final', async () => {
    let sent = 0;
    const counting: Database = {
      ...db.database,
      query(statement) {
        sent += 1;
        return db.database.query(statement);
      },
    };
    await expect(createReadDatabase(counting).query(sql`select 1/0`)).rejects.toMatchObject({
      code: 'database_rejected',
    });
    expect(sent).toBe(1);
  });
});

/** A way to Postgres that can be made to drop a connection the moment something is sent over it. */
async function openProxy(target: URL) {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  let due = 0;
  let severed = 0;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
    upstream.on('data', (chunk) => client.write(chunk)).on('close', () => client.destroy());
    client
      .on('close', () => upstream.destroy())
      .on('data', (chunk) => {
        if (forgotten.has(client)) return false;
        if (due === 0) return upstream.write(chunk);
        due -= 1;
        severed += 1;
        return client.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  });
  const url = new URL(target);
  const address = server.address();
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    severNext: (times: number) => {
      due = times;
    },
    severed: () => severed,
    /** Nothing that is sent over the connections there are now arrives, and nobody says so. */
    forget: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
  };
}
