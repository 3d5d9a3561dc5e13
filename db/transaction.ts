import type { SQL } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';

/** Statements of one transaction. */
export interface Transaction {
  query<Row extends object>(statement: SQL): Promise<Row[]>;
}

/** Runs work in one transaction: all of it is stored, or nothing when it throws. */
export function inTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return guardDatabase(() =>
    database.drizzle.transaction((transaction) =>
      work({
        query: async <Row extends object>(statement: SQL) =>
          (await transaction.execute(statement)).rows as unknown as Row[],
      }),
    ),
  );
}
