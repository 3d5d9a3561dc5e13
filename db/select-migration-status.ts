import { sql } from 'drizzle-orm';
import type { Connection } from '#db/client.ts';
import type { Migration } from '#db/migration-files.ts';

/** How a database stands to the migrations of this release. Moments in epoch ms, 0 where there is none. */
export interface MigrationStatus {
  /** Migrations in the database. */
  readonly applied: number;
  /** Those of this release that it lacks, in their order. */
  readonly pending: readonly Migration[];
  /** When the newest of the database was made, and the newest of this release. */
  readonly latest: number;
  readonly known: number;
  /** Whether a later release has migrated it. */
  readonly newer: boolean;
}

/** Compares a database with this release's migrations and changes nothing. An empty one lacks all. */
export async function selectMigrationStatus(
  database: Pick<Connection, 'query'>,
  migrations: readonly Migration[],
): Promise<MigrationStatus> {
  const { applied, latest } = await selectApplied(database);
  const pending = migrations.filter(({ folderMillis }) => folderMillis > latest);
  const known = Math.max(0, ...migrations.map(({ folderMillis }) => folderMillis));
  return { applied, pending, latest, known, newer: latest > known };
}

async function selectApplied(database: Pick<Connection, 'query'>): Promise<{ applied: number; latest: number }> {
  const nothing = { applied: 0, latest: 0 };
  const [table] = await database.query(sql`select where to_regclass('mps.schema_migration') is not null`);
  if (!table) return nothing;
  const [row] = await database.query<{ applied: number; latest: number }>(sql`
    select count(*)::int as applied, coalesce(max(created_at), 0)::float8 as latest from mps.schema_migration`);
  return row ?? nothing;
}
