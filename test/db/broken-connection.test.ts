import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { inTransaction } from '#db/transaction.ts';
import { type FaultProxy, startFaultProxy } from '../chaos/fault-proxy.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const held: { proxy?: FaultProxy; database?: WritableDatabase } = {};
const proxy = () => held.proxy as FaultProxy;
const database = () => held.database as WritableDatabase;

beforeAll(async () => {
  const url = new URL(db.url);
  held.proxy = await startFaultProxy(Number(url.port));
  url.port = String(proxy().port);
  held.database = createDatabase({ url: url.href, connections: 1, statementTimeoutMs: 500 });
});

afterAll(async () => {
  await database().close();
  await proxy().close();
});

const one = async () => (await database().query<{ one: number }>(sql`select 1 as one`))[0]?.one;

/** A transaction that holds still in its middle until something has happened to its connection. */
const trouble = (happen: () => void) =>
  inTransaction(database(), async (transaction) => {
    await transaction.query(sql`select 1`);
    happen();
    await delay(50);
    await transaction.query(sql`select 1`);
  });

describe('a connection that breaks', () => {
  it('in the middle of a transaction, while nothing is asked, fails the transaction and nothing else', async () => {
    const crashes: unknown[] = [];
    const note = (error: unknown) => crashes.push(error);
    process.on('uncaughtExceptionMonitor', note);
    await expect(trouble(() => proxy().strike('cut'))).rejects.toMatchObject({ code: 'database_unavailable' });
    process.off('uncaughtExceptionMonitor', note);
    proxy().heal();
    expect(crashes).toEqual([]);
    expect(await one()).toBe(1);
  });

  it.each(['half-open', 'answers-lost', 'requests-lost'] as const)(
    'silently (%s) is given up, and another takes its place',
    async (fault) => {
      const broken = trouble(() => {
        proxy().strike(fault);
        proxy().heal();
      });
      await expect(broken).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await one()).toBe(1);
    },
  );

  it('before a transaction began leaves its place to another, however often', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await one()).toBe(1);
      proxy().strike('half-open');
      proxy().heal();
      await expect(inTransaction(database(), async () => {})).rejects.toMatchObject({ code: 'database_unavailable' });
    }
    expect(await one()).toBe(1);
  });

  it('takes what was not committed with it', async () => {
    await db.database.query(sql`create table public.kept (number integer)`);
    const failed = inTransaction(database(), async (transaction) => {
      await transaction.query(sql`insert into public.kept values (1)`);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await inTransaction(database(), (transaction) => transaction.query(sql`insert into public.kept values (2)`));
    expect(await db.database.query(sql`select number from public.kept`)).toEqual([{ number: 2 }]);
  });
});
