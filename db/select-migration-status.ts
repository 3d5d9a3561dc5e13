import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database } from '#db/client.ts';

/** How a database stands to the migrations of this release. */
export interface MigrationStatus {
  /** Migrations in the database. */
  readonly applied: number;
  /** Those of this release that it lacks. */
  readonly pending: number;
  /** Whether a later release has migrated it. */
  readonly newer: boolean;
}

/** Compares without changing anything. The schema's table of migrations must be there. */
export async function selectMigrationStatus(database: Database, migrationsFolder: string): Promise<MigrationStatus> {
  const [row] = await database.query<{ applied: number; latest: number }>(sql`
    select count(*)::int as applied, coalesce(max(created_at), 0)::float8 as latest from mps.schema_migration`);
  const { applied, latest } = row ?? { applied: 0, latest: 0 };
  const known = readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis);
  const pending = known.filter((moment) => moment > latest).length;
  return { applied, pending, newer: latest > Math.max(0, ...known) };
}
