import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from '#db/migrate.ts';

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** Brings a database to the schema that some migration left, as the migrations are committed; without one it stays as it is. */
export async function migrateUpTo(url: string, lastMigration: string | undefined): Promise<void> {
  if (lastMigration === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), 'mps-sync-migrations-'));
  try {
    await cp('migrations', folder, { recursive: true });
    const file = join(folder, 'meta', '_journal.json');
    const journal = JSON.parse(await readFile(file, 'utf8')) as Journal;
    const last = journal.entries.findIndex(({ tag }) => tag === lastMigration);
    if (last === -1) throw new Error(`${lastMigration} is not in the journal`);
    await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
    await runMigrations({ url, migrationsFolder: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
