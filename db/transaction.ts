import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';

/** Statements of one transaction. */
export interface Transaction {
  query<Row extends object>(statement: SQL): Promise<Row[]>;
}

/**
 * Runs work in one transaction: all of it is stored, or nothing when it throws. Then its connection is closed, which rolls
 * it back: a connection that failed may answer nothing any more, a rollback neither. No statement here is worth compiling (`jit`).
 */
export function inTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return guardDatabase(() =>
    database.withConnection(async (connection) => {
      await connection.execute(sql`begin; set local jit = off`);
      const result = await work({
        query: async <Row extends object>(statement: SQL) =>
          (await connection.execute(statement)).rows as unknown as Row[],
      });
      await connection.execute(sql`commit`);
      return result;
    }),
  );
}
