import { setTimeout as delay } from 'node:timers/promises';
import { NodePgSession } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Client } from 'pg';
import { AppError } from '#core/errors.ts';
import { readCode, toDatabaseError } from '#db/database-error.ts';
import type { Migration } from '#db/migration-files.ts';
import { describeRemedy, describeWait, type MigrationWork, takeWorkLock } from '#db/migration-work.ts';
import { watchMigration } from '#db/watch-migration.ts';

export interface ApplyOptions {
  /** Whose transaction it is. */
  readonly client: Client;
  /** Looks on meanwhile. */
  readonly watcher: Client;
  /** For one lock, in ms: so long at most do those wait who come after the migration in the queue for it. */
  readonly lockTimeoutMs: number;
  /** For all attempts together, in ms. */
  readonly waitMs: number;
  readonly tellEveryMs: number;
  /** Is told in a sentence what takes long. */
  readonly onProgress: (sentence: string) => void;
}

const migrationsTable = { migrationsSchema: 'mps', migrationsTable: 'schema_migration', migrationsFolder: '' };
const dialect = new PgDialect();
/** 55P03: the lock's time was over. 40P01: it and a writer waited for each other. */
const inTheWay: readonly (string | undefined)[] = ['55P03', '40P01'];

/**
 * Applies one migration in a transaction of its own, together with its row in `mps.schema_migration`. A lock that others
 * hold is waited for in short attempts with pauses between them, in which those who queued behind it have their turn.
 * Throws `migration_blocked` when none succeeded in time.
 */
export async function applyMigration(migration: Migration, options: ApplyOptions): Promise<void> {
  const deadline = Date.now() + options.waitMs;
  let lastWait: MigrationWork | undefined;
  const onWait = (wait: MigrationWork) => {
    lastWait = wait;
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await watchMigration(runOnce(migration, options), { ...options, tag: migration.tag, onWait });
    } catch (error) {
      const failure = toDatabaseError(error);
      if (!inTheWay.includes(readCode(failure.cause))) {
        throw new AppError(failure.code, `${migration.tag}: ${failure.message}`, { cause: error });
      }
      if (Date.now() >= deadline) throw toBlocked(migration, options.waitMs, lastWait);
    }
    await delay(Math.min(attempt * 1_000, 10_000, Math.max(deadline - Date.now(), 0)));
  }
}

function toBlocked({ tag }: Migration, waitMs: number, wait: MigrationWork | undefined): AppError {
  const what = wait ? `${describeWait(wait)}.${describeRemedy(wait)}` : 'what it changes.';
  return new AppError(
    'migration_blocked',
    `${tag} got no lock within ${waitMs / 1000} s on ${what} Then migrate again: nothing of this migration is applied, and those before it stay`,
  );
}

/**
 * What the server sets a limit to otherwise may take its time here, but no lock. And a server that looks whether its
 * client is still there gives up for one that was killed; some platforms cannot look.
 */
const toPreamble = (lockTimeoutMs: number) => [
  `select set_config(name, wanted, true) from pg_settings join (values ('lock_timeout', '${lockTimeoutMs}'),
    ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0')
  ) as limits (name, wanted) using (name)`,
  `do $$ begin perform set_config('client_connection_check_interval', '1s', true);
  exception when others then null; end $$`,
  takeWorkLock,
];

/** Drizzle's migrator, given one migration. It compares the creation stamp alone with that of the newest applied. */
function runOnce(migration: Migration, { client, lockTimeoutMs }: ApplyOptions): Promise<void> {
  const session = new NodePgSession<Record<string, never>, Record<string, never>>(client, dialect, undefined);
  const sql = [...toPreamble(lockTimeoutMs), ...migration.sql];
  return dialect.migrate([{ ...migration, sql }], session, migrationsTable);
}
