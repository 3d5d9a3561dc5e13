import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { toWhole } from '#cli/whole-number.ts';
import { parseConfig } from '#core/config.ts';
import { type MigrateOptions, type MigrateResult, runMigrations } from '#db/migrate.ts';

/** The migrations of this release. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

export const migrateHere = (
  url: string,
  options?: Pick<MigrateOptions, 'waitMs' | 'onProgress'>,
): Promise<MigrateResult> => runMigrations({ url, migrationsFolder, ...options });

const help = toHelp({
  notes: `Safe to run at any time and from many places at once: one applies, the others wait and find nothing to do. Run it
before a new release is deployed: the one before works on the new schema. It wants the owner of the schema.

Each migration is a transaction of its own. One that needs a lock that somebody else holds says who, waits for three seconds
at most, lets those go first who queued behind it, and tries again until --wait is over. Whatever ends it leaves what was
applied; the same command goes on from there.`,
  examples: [
    ['migrate', 'bring the database to this release'],
    ['migrate --json', 'for a pipeline: {"applied":2,"total":9,"warnings":[]}'],
  ],
  failed: 'the database did not answer, a lock was not to be had, or the database belongs to a newer release',
});

/** Adds `mps-sync migrate`. */
export function addMigrateCommand(program: Command, io: CommandIo): void {
  program
    .command('migrate')
    .description("Bring the database to this release's schema. Safe to run from many places at once.")
    .option(
      '--wait <seconds>',
      "how long each migration waits for others' locks, and for another migrate",
      toWhole,
      300,
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action((options: MigrateArguments) => migrateCommand(options, io));
}

interface MigrateArguments {
  readonly wait: number;
  readonly json?: boolean;
}

async function migrateCommand({ wait, json }: MigrateArguments, { env, out, err }: CommandIo): Promise<void> {
  const { DATABASE_URL: url } = parseConfig(env, { required: ['DATABASE_URL'] });
  const onProgress = (sentence: string) => err.write(`mps-sync: ${sentence}\n`);
  const result = await migrateHere(url, { waitMs: wait * 1000, onProgress });
  const text = result.applied === 0 ? 'The schema is up to date' : `Applied ${result.applied} migration(s)`;
  for (const warning of json ? [] : result.warnings) out.write(`Note: ${warning}\n`);
  out.write(json ? `${JSON.stringify(result)}\n` : `${text} (${result.total} in all).\n`);
}
