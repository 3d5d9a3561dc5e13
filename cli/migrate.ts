import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { parseConfig } from '#core/config.ts';
import { type MigrateResult, runMigrations } from '#db/migrate.ts';

/** The migrations of this release. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

export const migrateHere = (url: string): Promise<MigrateResult> => runMigrations({ url, migrationsFolder });

const help = toHelp({
  notes: `Safe to run at any time and from many places at once: one applies, the others wait and find nothing to do. Run it
before a new release is deployed: the one before works on the new schema. It wants the owner of the schema.`,
  examples: [
    ['migrate', 'bring the database to this release'],
    ['migrate --json', 'for a pipeline: {"applied":2,"total":9,"warnings":[]}'],
  ],
  failed: 'the database did not answer, or it belongs to a newer release',
});

/** Adds `mps-sync migrate`. */
export function addMigrateCommand(program: Command, io: CommandIo): void {
  program
    .command('migrate')
    .description("Bring the database to this release's schema. Safe to run from many places at once.")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action((options: { json?: boolean }) => migrateCommand(options, io));
}

async function migrateCommand({ json }: { json?: boolean }, { env, out }: CommandIo): Promise<void> {
  const { DATABASE_URL: url } = parseConfig(env, { required: ['DATABASE_URL'] });
  const result = await migrateHere(url);
  const text = result.applied === 0 ? 'The schema is up to date' : `Applied ${result.applied} migration(s)`;
  for (const warning of json ? [] : result.warnings) out.write(`Note: ${warning}\n`);
  out.write(json ? `${JSON.stringify(result)}\n` : `${text} (${result.total} in all).\n`);
}
