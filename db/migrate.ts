import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import { AppError } from '#core/errors.ts';
import { type ApplyOptions, applyMigration } from '#db/apply-migration.ts';
import { toConnection } from '#db/client.ts';
import { guardDatabase } from '#db/database-error.ts';
import { type Migration, readMigrations } from '#db/migration-files.ts';
import { withMigrationLock } from '#db/migration-lock.ts';
import { type MigrationStatus, selectMigrationStatus } from '#db/select-migration-status.ts';

export interface MigrateOptions {
  readonly url: string;
  readonly migrationsFolder: string;
  /** How long to wait for somebody else's migration, and in each migration for locks that others hold, in ms. Default: five minutes. */
  readonly waitMs?: number;
  /** How long a migration may hold up others by waiting for one lock, in ms, before it lets them go first. */
  readonly lockTimeoutMs?: number;
  /** Is told in a sentence what a migration waits for, and now and then that a long one works. */
  readonly onProgress?: (sentence: string) => void;
  /** How often a long one is told to be at work, in ms. */
  readonly tellEveryMs?: number;
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
 * Brings the database to this release's schema, each migration in a transaction of its own: one that fails or is
 * interrupted leaves those before it applied, and the next call goes on from there. Any number of these may run at once:
 * one applies, the others wait and then find nothing to do. Throws `schema_newer` when the database has seen a later
 * release, `migration_blocked` when somebody else held a lock all the time, `database_unsuitable` for a server or a database that cannot hold it.
 */
export function runMigrations({ url, migrationsFolder, ...options }: MigrateOptions): Promise<MigrateResult> {
  const { waitMs = 300_000, lockTimeoutMs = 3_000, tellEveryMs = 10_000, onProgress = () => {} } = options;
  const patience = { waitMs, lockTimeoutMs, tellEveryMs, onProgress };
  const migrations = readMigrations(migrationsFolder);
  return guardDatabase(() =>
    withClient(url, async (locker) => {
      await refuseUnsuitable(locker);
      return await withMigrationLock(locker, waitMs, () =>
        withClient(url, (client) => applyPending(migrations, { client, watcher: locker, ...patience })),
      );
    }),
  );
}

/** Before anything is made there. */
async function refuseUnsuitable(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: number; release: string; encoding: string }>(`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
      current_setting('server_encoding') as encoding`);
  for (const { version, release, encoding } of rows) {
    if (version < 140_000) {
      throw new AppError('database_unsuitable', `PostgreSQL 14 or newer is needed, and this is ${release}`);
    }
    if (encoding !== 'UTF8') {
      throw new AppError('database_unsuitable', `a database in UTF8 is needed, and this one is in ${encoding}`);
    }
  }
}

async function applyPending(migrations: readonly Migration[], options: ApplyOptions): Promise<MigrateResult> {
  const { client } = options;
  const status = await selectMigrationStatus(toConnection(drizzle({ client })), migrations);
  refuseNewer(status);
  const { applied, pending } = status;
  const warnings = collectWarnings(client);
  for (const migration of pending) await applyMigration(migration, options);
  return { applied: pending.length, total: applied + pending.length, warnings: [...warnings] };
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: withoutLimit(url),
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

/** A URL without the limit that its client would set to each statement: a key over ten million jobs takes minutes. */
const withoutLimit = (url: string): string => url.replace(/([?&])query_timeout=[^&]*&?/, '$1');

/** What is said to the operator, once each: an attempt that was in somebody's way says it again. */
function collectWarnings(client: Client): ReadonlySet<string> {
  const warnings = new Set<string>();
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && warnings.add(message ?? ''));
  return warnings;
}

function refuseNewer({ newer, latest, known }: MigrationStatus): void {
  if (!newer) return;
  throw new AppError(
    'schema_newer',
    `the database was migrated by a newer release (${new Date(latest).toISOString()}) than this one (${new Date(known).toISOString()}): deploy that release or a later one`,
  );
}
