import { type SQL, sql } from 'drizzle-orm';
import type { Connection, WritableDatabase } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';

/** Statements of one transaction. */
export type Transaction = Connection;

/** How long the server lets a transaction wait for each lock, and work on each statement, in ms. */
export interface Limits {
  readonly lockMs: number;
  readonly statementMs: number;
}

/**
 * Runs work in one transaction: all of it is stored, or nothing when it throws. Then its connection is closed, which rolls
 * it back: a connection that failed may answer nothing any more, a rollback neither. No statement here is worth compiling (`jit`).
 *
 * Limits are the server's, so that a statement that was given up does not go on waiting there, in the way of others. Set inside
 * the transaction, they pass a transaction-mode pooler.
 */
export function inTransaction<Result>(
  database: WritableDatabase,
  work: (transaction: Transaction) => Promise<Result>,
  limits?: Limits,
): Promise<Result> {
  return guardDatabase(() =>
    database.withConnection(async (connection) => {
      await connection.query(toBegin(limits));
      const result = await work(connection);
      await connection.query(sql`commit`);
      return result;
    }),
  );
}

function toBegin(limits: Limits | undefined): SQL {
  const begin = 'begin; set local jit = off';
  if (!limits) return sql.raw(begin);
  const { lockMs, statementMs } = limits;
  return sql.raw(`${begin}; set local lock_timeout = ${lockMs}; set local statement_timeout = ${statementMs}`);
}
