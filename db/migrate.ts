import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { AppError } from '#core/errors.ts';
import { guardDatabase, readCode } from '#db/database-error.ts';

const journal = { migrationsSchema: 'mps', migrationsTable: 'schema_migration' };
const undefinedTable = '42P01';

export interface MigrateOptions {
  readonly url: string;
  readonly migrationsFolder: string;
  /** How long to wait for somebody else's migration, in ms. */
  readonly waitMs?: number;
}

export interface MigrateResult {
  /** Migrations applied now. */
  readonly applied: number;
  /** Migrations in the database afterwards. */
  readonly total: number;
  /** What the migrations applied now ask of the operator, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Brings the database to this release's schema. Any number of these may run at once: one applies, the others wait and
 * then find nothing to do. Throws `schema_newer` when the database has seen a later release.
 */
export function runMigrations({ url, migrationsFolder, waitMs = 60_000 }: MigrateOptions): Promise<MigrateResult> {
  return guardDatabase(() =>
    withClient(url, (locker) =>
      withMigrationLock(locker, waitMs, () =>
        withClient(url, async (client) => {
          const database = drizzle({ client });
          const warnings: string[] = [];
          client.on('notice', ({ severity, message }) => severity === 'WARNING' && warnings.push(message ?? ''));
          const before = await countApplied(database);
          refuseNewer(await selectLatest(database), migrationsFolder);
          await migrate(database, { migrationsFolder, ...journal });
          const total = await countApplied(database);
          return { applied: total - before, total, warnings };
        }),
      ),
    ),
  );
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'mps-sync migrate',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Holds an advisory lock in a transaction of its own connection for as long as the work takes. A transaction's lock,
 * because a session's could not be trusted behind a transaction-mode pooler; tried again and again and not waited
 * for, so that those who wait hold no connection of the pooler's that the one at work may need.
 */
async function withMigrationLock<T>(locker: Client, waitMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    await locker.query('begin');
    await locker.query('set local idle_in_transaction_session_timeout = 0');
    const { rows } = await locker.query<{ locked: boolean }>(
      "select pg_try_advisory_xact_lock(hashtext('mps-sync'), hashtext('migrate')) as locked",
    );
    if (rows[0]?.locked) break;
    await locker.query('rollback');
    if (Date.now() > deadline) {
      throw new AppError(
        'database_unavailable',
        `another migration still runs after ${waitMs / 1000} s: try again later`,
      );
    }
    await delay(50 + Math.random() * 100);
  }
  try {
    return await work();
  } finally {
    await locker.query('rollback');
  }
}

/** Creation stamp of the newest applied migration, 0 in an empty database. */
async function selectLatest(database: NodePgDatabase): Promise<number> {
  const rows = await readJournal<{ latest: string | null }>(database, sql`max(created_at) as latest`);
  return Number(rows[0]?.latest ?? 0);
}

async function countApplied(database: NodePgDatabase): Promise<number> {
  const rows = await readJournal<{ applied: string }>(database, sql`count(*) as applied`);
  return Number(rows[0]?.applied ?? 0);
}

async function readJournal<Row extends object>(
  database: NodePgDatabase,
  columns: ReturnType<typeof sql>,
): Promise<Row[]> {
  try {
    const { rows } = await database.execute(sql`select ${columns} from mps.schema_migration`);
    return rows as unknown as Row[];
  } catch (error) {
    const code = readCode(error instanceof Error ? error.cause : error);
    if (code === undefinedTable) return [];
    throw error;
  }
}

function refuseNewer(latest: number, migrationsFolder: string): void {
  const known = Math.max(0, ...readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis));
  if (latest <= known) return;
  throw new AppError(
    'schema_newer',
    `the database was migrated by a newer release (${new Date(latest).toISOString()}) than this one (${new Date(known).toISOString()}): deploy that release or a later one`,
  );
}
