import { fileURLToPath } from 'node:url';
import { type Environment, parseConfig } from '#core/config.ts';
import { type MigrateResult, runMigrations } from '#db/migrate.ts';

/** The migrations of this release. */
const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

export const migrateHere = (url: string): Promise<MigrateResult> => runMigrations({ url, migrationsFolder });

/** `mps-sync migrate`. */
export async function migrateCommand({ json }: { json?: boolean }, env: Environment): Promise<void> {
  const { DATABASE_URL: url } = parseConfig(env, { required: ['DATABASE_URL'] });
  const result = await migrateHere(url);
  const text = result.applied === 0 ? 'The schema is up to date' : `Applied ${result.applied} migration(s)`;
  for (const warning of json ? [] : result.warnings) process.stdout.write(`Note: ${warning}\n`);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${text} (${result.total} in all).\n`);
}
