import { eq, ne, type SQLWrapper, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Builder, Connection, Database } from '#db/client.ts';
import { toEpoch, toMoment } from '#db/moment.ts';
import { createReader } from '#db/reader.ts';
import { alertDelivery, alertGroup, alertSilence } from '#db/schema.ts';
import { inTransaction } from '#db/transaction.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
let reader: Database;
beforeAll(async () => {
  reader = createReader({ url: db.url, connections: 1, statementTimeoutMs: 5_000 });
  await insert(db.database, 'a night of tests');
});
afterAll(() => reader.close());

/** Seconds that a number still has to the microsecond, and a `Date` to the millisecond only. */
const createdAt = 1_790_000_000.123457;

const insert = (connection: Connection, reason: string) =>
  connection.queryTyped((drizzle) =>
    drizzle.insert(alertSilence).values({
      reason,
      author: 'somebody',
      createdAt: toMoment(createdAt),
      endsAt: toMoment(createdAt + 60),
    }),
  );

const select = (connection: Connection) =>
  connection.queryTyped((drizzle) =>
    drizzle
      .select({ id: alertSilence.id, source: alertSilence.source, since: toEpoch(alertSilence.createdAt) })
      .from(alertSilence)
      .where(eq(alertSilence.reason, 'a night of tests')),
  );

describe('a statement that Drizzle builds', () => {
  const rows = [{ id: expect.any(Number), source: null, since: createdAt }];

  it('has its rows by the names and in the types asked for, moments to the microsecond', async () => {
    expect(await select(db.database)).toEqual(rows);
  });

  it('is one of a transaction', async () => {
    const undo = new Error('undo');
    const undone = inTransaction(db.database, async (transaction) => {
      await insert(transaction, 'undone');
      expect(await select(transaction)).toEqual(rows);
      expect(await transaction.queryTyped((drizzle) => drizzle.select().from(alertSilence))).toHaveLength(2);
      throw undo;
    });
    await expect(undone).rejects.toMatchObject({ cause: undo });
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(alertSilence))).toHaveLength(1);
  });

  it('is read-only where a reader sends it', async () => {
    expect(await select(reader)).toEqual(rows);
    await expect(insert(reader, 'refused')).rejects.toMatchObject({ code: 'database_forbidden' });
  });

  it('is stopped by the server where it takes a reader too long', async () => {
    const impatient = createReader({ url: db.url, connections: 1, statementTimeoutMs: 100 });
    const reading = impatient.queryTyped((drizzle) =>
      drizzle.select({ slept: sql`pg_sleep(20)::text` }).from(alertSilence),
    );
    await expect(reading).rejects.toMatchObject({ code: 'database_slow' });
    await impatient.close();
  });

  it.each(['database', 'reader'])('fails without its text and its values: %s', async (name) => {
    const failing = (name === 'reader' ? reader : db.database).queryTyped((drizzle) =>
      drizzle
        .select({ none: sql`1 / length(${''}::text)` })
        .from(alertSilence)
        .where(eq(alertSilence.author, 'somebody')),
    );
    await expect(failing).rejects.toMatchObject({
      name: 'AppError',
      code: 'database_rejected',
      message: 'Postgres refused a statement (22012): division by zero',
    });
  });

  it('leaves no prepared statement in a connection that others share', async () => {
    await db.database.withConnection(async (connection) => {
      await select(connection);
      expect(await connection.query(sql`select name from pg_prepared_statements`)).toEqual([]);
    });
  });

  it.each<[string, (drizzle: Builder) => SQLWrapper]>([
    ['alert_group_open_idx', (drizzle) => drizzle.select().from(alertGroup).where(ne(alertGroup.status, 'resolved'))],
    [
      'alert_delivery_due_idx',
      (drizzle) => drizzle.update(alertDelivery).set({ attempts: 0 }).where(eq(alertDelivery.status, 'pending')),
    ],
  ])(
    'finds its rows by an index of some, though the value that tells which is a parameter: %s',
    async (index, build) => {
      const plan = await inTransaction(db.database, async (transaction) => {
        await transaction.query(sql`set local enable_seqscan = off`);
        return transaction.query(
          sql`explain ${await transaction.queryTyped(async (drizzle) => build(drizzle).getSQL())}`,
        );
      });
      expect(JSON.stringify(plan)).toContain(index);
    },
  );
});
