import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pg-proxy';
import { Client, type PoolClient, type QueryArrayConfig, type QueryConfig } from 'pg';
import { createPool, type Database, type DatabaseOptions, isCut, toQuery, withClient } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';
import { type TakenRows, takeRows } from '#db/take-rows.ts';

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
  const read = <Row>(query: Statement) => withClient(pool, (client) => readRows<Row>(client, begin, query));
  // Drizzle's driver for those who send its statements themselves. It wants each row as an array.
  const builder = drizzle(async (text, values) => ({ rows: await read({ text, values, rowMode: 'array' }) }));
  return {
    query: <Row extends object>(statement: SQL) => {
      const { text, params } = toQuery(statement);
      return guardDatabase(() => read<Row>({ text, values: params }));
    },
    queryTyped: (build) => guardDatabase(async () => build(builder)),
    queryUpTo: <Row extends object>(statement: SQL, maxLength: number) =>
      guardDatabase(() => withClient(pool, (client) => readUpTo<Row>(client, begin, { statement, maxLength }), isCut)),
    close: () => pool.end(),
  };
}

type Statement = QueryConfig | QueryArrayConfig;

async function readRows<Row>(client: PoolClient, begin: QueryConfig, query: Statement): Promise<Row[]> {
  const sent = sendAtOnce(client, () => [client.query(begin), client.query(query), client.query('commit')] as const);
  const [, { rows }] = await Promise.all(sent);
  return rows as Row[];
}

/** The end of the transaction never comes where the rows are cut: the connection is closed before. */
async function readUpTo<Row extends object>(
  client: PoolClient,
  begin: QueryConfig,
  { statement, maxLength }: { statement: SQL; maxLength: number },
): Promise<TakenRows<Row>> {
  const options = { ...toQuery(statement), maxLength };
  const [begun, taken, ended] = sendAtOnce(
    client,
    () => [client.query(begin), takeRows<Row>(client, options), client.query('commit')] as const,
  );
  ended.catch(() => {});
  const [, result] = await Promise.all([begun, taken.then((rows) => (rows.isCut ? rows : ended.then(() => rows)))]);
  return result;
}

/** In one piece to the operating system: handing over three takes Node as long as all the rest of asking. */
function sendAtOnce<Sent>(client: PoolClient, send: () => Sent): Sent {
  const stream = client instanceof Client ? client.connection.stream : undefined;
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}
