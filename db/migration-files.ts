import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/** A migration as Drizzle reads it, with its name. */
export interface Migration extends MigrationMeta {
  /** Such as `0004_raw_hash`. */
  readonly tag: string;
}

/** The migrations of a folder in their order, which is that of its journal. */
export function readMigrations(migrationsFolder: string): Migration[] {
  const files = readMigrationFiles({ migrationsFolder });
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  return files.map((file, place) => ({ ...file, tag: journal.entries[place]?.tag ?? '' }));
}
