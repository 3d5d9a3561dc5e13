import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { PoolClient, QueryConfig } from 'pg';
import { createPool, type Database, type DatabaseOptions, withClient } from '#db/client.ts';
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
 * that they pass a transaction-mode pooler and hold on a hot standby. The three are sent at once (pipelined), so that they cost
 * one round trip. Nothing that is read here is worth compiling (`jit`), whatever the planner thinks of it.
 */
export function createReader(options: DatabaseOptions & { statementTimeoutMs: number }): Database {
  const pool = createPool(options, { queryTimeoutMs: options.statementTimeoutMs + 2_000, pipeline: true });
  const begin = {
    text: `begin read only; set local statement_timeout = ${Math.floor(options.statementTimeoutMs)}; set local jit = off`,
    query_timeout: beginTimeoutMs,
  };
  return {
    drizzle: drizzle({ client: pool }),
    query: <Row extends object>(statement: SQL) =>
      guardDatabase(() => withClient(pool, (client) => readRows<Row>(client, begin, statement))),
    withConnection: (work) => guardDatabase(() => withClient(pool, (client) => work(drizzle({ client })))),
    close: () => pool.end(),
  };
}

async function readRows<Row extends object>(client: PoolClient, begin: QueryConfig, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  const [, { rows }] = await Promise.all([client.query(begin), client.query(text, params), client.query('commit')]);
  return rows as Row[];
}
