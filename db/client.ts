import type { SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { type PgDatabase, PgDialect, type PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { Pool, type PoolClient } from 'pg';
import { guardDatabase } from '#db/database-error.ts';
import { type TakenRows, takeRows } from '#db/take-rows.ts';

/** Drizzle, as far as it builds single statements over the tables of `db/schema.ts`. */
export type Builder = Pick<PgDatabase<PgQueryResultHKT>, 'select' | 'insert' | 'update' | 'delete'>;

/** What takes one statement after another. */
export interface Connection {
  /** Runs one statement and returns its rows, which the caller vouches for. */
  query<Row extends object>(statement: SQL): Promise<Row[]>;
  /** Runs the one statement that is built and returns its rows, whose types follow from its tables. */
  queryTyped<Rows>(build: (drizzle: Builder) => PromiseLike<Rows>): Promise<Rows>;
}

/** A pool of connections that takes one statement at a time, which is all that readers need. Every failure leaves it as an `AppError`. */
export interface Database extends Connection {
  /**
   * Runs one statement whose rows may be of any size, and takes them until their texts have `maxLength` characters together; one at
   * least. Where there are more, its connection is given up to be rid of them.
   */
  queryUpTo<Row extends object>(statement: SQL, maxLength: number): Promise<TakenRows<Row>>;
  close(): Promise<void>;
}

/** One that also takes transactions. A reader is none: they would not be read-only. */
export interface WritableDatabase extends Database {
  /** Runs work on one connection, which is closed when the work fails: nobody knows what it is in the middle of then. */
  withConnection<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. Two serve the sync; a function instance that answers one request at a time needs one. */
  readonly connections?: number;
  /** For one statement, in ms, measured here: a server-side setting would not pass a transaction-mode pooler. */
  readonly statementTimeoutMs?: number;
}

export interface PoolOptions {
  readonly queryTimeoutMs: number;
  /** Whether a statement is sent before the one ahead of it is answered. */
  readonly pipeline?: boolean;
}

/** The pool of every database of the product. A connection that breaks never ends the process. */
export function createPool(
  { url, connections = 2 }: DatabaseOptions,
  { queryTimeoutMs, pipeline = false }: PoolOptions,
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    application_name: 'mps-sync',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
    allowExitOnIdle: true,
    query_timeout: queryTimeoutMs,
    pipeline,
  });
  // One that is idle: the pool has already dropped it.
  pool.on('error', () => {});
  // One that is in use: its statement fails, and if there is none just now, the next one does.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const dialect = new PgDialect();

/** A statement as `pg` wants it. */
export const toQuery = (statement: SQL): { text: string; params: unknown[] } => {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, params };
};

/** Runs work on a connection and gives it back; after a failure, or where the result says that it is spent, it is closed. */
export async function withClient<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  isSpent: (result: Result) => boolean = () => false,
): Promise<Result> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release(isSpent(result));
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Connects lazily: nothing is sent until the first statement. */
export function createDatabase(options: DatabaseOptions): WritableDatabase {
  const pool = createPool(options, { queryTimeoutMs: options.statementTimeoutMs ?? 60_000 });
  const { query, queryTyped } = toConnection(drizzle({ client: pool }));
  return {
    query: (statement) => guardDatabase(() => query(statement)),
    queryTyped: (build) => guardDatabase(() => queryTyped(build)),
    queryUpTo: <Row extends object>(statement: SQL, maxLength: number) =>
      guardDatabase(() =>
        withClient(pool, (client) => takeRows<Row>(client, { ...toQuery(statement), maxLength }), isCut),
      ),
    withConnection: (work) =>
      guardDatabase(() => withClient(pool, (client) => work(toConnection(drizzle({ client }))))),
    close: () => pool.end(),
  };
}

/** What takes statements, of a pool or of one connection that Drizzle was given. Failures leave it as they are. */
export const toConnection = (database: NodePgDatabase): Connection => ({
  query: async <Row extends object>(statement: SQL) => (await database.execute(statement)).rows as unknown as Row[],
  queryTyped: async (build) => build(database),
});

/** Whether the connection was given up. */
export const isCut = (taken: TakenRows<object>): boolean => taken.isCut;
