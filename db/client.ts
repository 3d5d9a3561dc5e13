import type { SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, type PoolConfig } from 'pg';
import { guardDatabase } from '#db/database-error.ts';

/** A pool of connections with Drizzle on top. Every failure leaves it as an `AppError`. */
export interface Database {
  readonly drizzle: NodePgDatabase;
  /** Runs one statement and returns its rows, which the caller vouches for. */
  query<Row extends object>(statement: SQL): Promise<Row[]>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. Two serve the sync; a function instance that answers one request at a time needs one. */
  readonly connections?: number;
  /** For one statement, in ms, measured here: a server-side setting would not pass a transaction-mode pooler. */
  readonly statementTimeoutMs?: number;
}

/** What every pool of the product has in common. */
export const poolOptions = ({ url, connections = 2 }: DatabaseOptions): PoolConfig => ({
  connectionString: url,
  max: connections,
  application_name: 'mps-sync',
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: 10_000,
  keepAlive: true,
  allowExitOnIdle: true,
});

/** Connects lazily: nothing is sent until the first statement. */
export function createDatabase({ url, connections = 2, statementTimeoutMs = 60_000 }: DatabaseOptions): Database {
  const pool = new Pool({ ...poolOptions({ url, connections }), query_timeout: statementTimeoutMs });
  // An idle connection that breaks must not end the process: the pool has already dropped it.
  pool.on('error', () => {});
  const database = drizzle({ client: pool });
  return {
    drizzle: database,
    query: <Row extends object>(statement: SQL) =>
      guardDatabase(async () => (await database.execute(statement)).rows as unknown as Row[]),
    close: () => pool.end(),
  };
}
