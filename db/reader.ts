import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Pool, type PoolClient, type QueryConfig } from 'pg';
import { type Database, type DatabaseOptions, poolOptions } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';

const dialect = new PgDialect();

/**
 * A connection that a firewall forgot while the instance was frozen answers nothing and breaks nothing: only waiting
 * tells. Beginning takes no work of the server, so it may be given up early.
 */
const beginTimeoutMs = 2_000;

/**
 * A database for those who only read. Each statement runs in a read-only transaction of its own with a time limit that
 * the server keeps: a limit kept here alone would leave the statement running. Both are set inside the transaction, so
 * that they pass a transaction-mode pooler and hold on a hot standby. Costs two short round trips a statement.
 */
export function createReader(options: DatabaseOptions & { statementTimeoutMs: number }): Database {
  const pool = new Pool({ ...poolOptions(options), query_timeout: options.statementTimeoutMs + 2_000 });
  pool.on('error', () => {});
  const begin = {
    text: `begin read only; set local statement_timeout = ${Math.floor(options.statementTimeoutMs)}`,
    query_timeout: beginTimeoutMs,
  };
  return {
    drizzle: drizzle({ client: pool }),
    query: <Row extends object>(statement: SQL) =>
      guardDatabase(async () => {
        const client = await pool.connect();
        return withClient(client, () => readRows<Row>(client, begin, statement));
      }),
    close: () => pool.end(),
  };
}

async function readRows<Row extends object>(client: PoolClient, begin: QueryConfig, statement: SQL): Promise<Row[]> {
  await client.query(begin);
  const { sql: text, params } = dialect.sqlToQuery(statement);
  const { rows } = await client.query(text, params);
  await client.query('commit');
  return rows as Row[];
}

/** Gives the connection back; after a failure it is closed, because nobody knows what it is in the middle of. */
async function withClient<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
