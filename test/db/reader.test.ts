import { createServer, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function openReader(statementTimeoutMs = 5_000, url = db.url): Database {
  const reader = createReader({ url, connections: 1, statementTimeoutMs });
  open.push(reader.close);
  return reader;
}

describe('a reader', () => {
  it('reads, with parameters', async () => {
    expect(await openReader().query(sql`select ${'a'}::text as a, ${sql.param([1, 2])}::int[] as b`)).toEqual([
      { a: 'a', b: [1, 2] },
    ]);
  });

  it('cannot write, whatever it is asked', async () => {
    await expect(openReader().query(sql`insert into mps.lease values ('x', 'y', 1, now())`)).rejects.toMatchObject({
      code: 'database_forbidden',
      message: expect.stringContaining('read-only transaction'),
    });
  });

  it('takes single statements and nothing else: what it does not begin itself would not be read-only', () => {
    expect(Object.keys(openReader()).sort()).toEqual(['close', 'query', 'queryTyped', 'queryUpTo']);
  });

  it('lets the server compile nothing', async () => {
    expect(await openReader().query(sql`select current_setting('jit') as jit`)).toEqual([{ jit: 'off' }]);
  });

  it('stops a statement on the server, not only here, and reads on', async () => {
    const reader = openReader(200);
    await expect(reader.query(sql`select pg_sleep(20) as marked`)).rejects.toMatchObject({ code: 'database_slow' });
    const left = await db.database.query(
      sql`select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep(20)%'`,
    );
    expect(left).toEqual([]);
    expect(await reader.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it('leaves nothing behind in a connection that others share', async () => {
    const reader = openReader(200);
    await reader.query(sql`select 1`);
    expect(await reader.query(sql`select current_setting('transaction_read_only') as now`)).toEqual([{ now: 'on' }]);
    await expect(reader.query(sql`select 1/0`)).rejects.toMatchObject({ code: 'database_rejected' });
    expect(await reader.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it('gives up a connection that answers nothing within seconds, where the server is silent', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    open.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as { port: number };
    const startedAt = Date.now();
    await expect(openReader(5_000, `postgres://u:p@127.0.0.1:${port}/x`).query(sql`select 1`)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });
});
