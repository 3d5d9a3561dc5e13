import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of migrations that a test makes up: statements by name, in their order. */
export async function createMigrations(migrations: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mps-sync-migrations-'));
  const tags = Object.keys(migrations);
  const entries = tags.map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true }));
  await mkdir(join(folder, 'meta'));
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ entries }));
  for (const tag of tags) await writeFile(join(folder, `${tag}.sql`), migrations[tag] ?? '');
  return folder;
}
