import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addAuditCommand } from '#cli/audit.ts';
import { addBackfillCommand } from '#cli/backfill.ts';
import { migrateCommand } from '#cli/migrate.ts';
import { startCommand } from '#cli/start.ts';
import { syncCommand } from '#cli/sync.ts';
import type { Environment } from '#core/config.ts';
import { AppError, type ErrorCode, toAppError } from '#core/errors.ts';
import packageJson from '../package.json' with { type: 'json' };

/** Exit statuses: 0 done, 1 failed, 2 asked for in a way that cannot be done. */
const usageCodes: readonly ErrorCode[] = ['usage', 'config_invalid', 'port_taken', 'data_directory_broken'];

/** Runs the command line and sets the exit status. Prints one clear sentence for whatever goes wrong. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  try {
    await createProgram(env).parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function createProgram(env: Environment): Command {
  const program = new Command('mps-sync')
    .description('Keeps a live, queryable copy of ApsaraVideo MPS snapshot jobs in Postgres.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .exitOverride();
  program
    .command('start', { isDefault: false })
    .description('Run everything here: database, sync, view. Without cloud credentials, against a simulator.')
    .option('-p, --port <port>', 'port of the view on 127.0.0.1', toPort, 8080)
    .option('--data <directory>', 'where the embedded Postgres keeps its data', '.data')
    .addHelpText('after', startHelp)
    .action((options: { port: number; data: string }) => startCommand(options, env));
  program
    .command('sync')
    .description('Run the sync once and print what it did.')
    .option('-s, --source <name>', 'only this source')
    .option('--json', 'print the report as JSON')
    .action((options: { source?: string; json?: boolean }) => syncCommand(options, env));
  addBackfillCommand(program, env);
  addAuditCommand(program, env);
  program
    .command('migrate')
    .description("Bring the database to this release's schema. Safe to run from many places at once.")
    .option('--json', 'print the result as JSON')
    .action((options: { json?: boolean }) => migrateCommand(options, env));
  return program;
}

const startHelp = `
Environment:
  DATABASE_URL                     use this Postgres instead of the embedded one
  ALIBABA_CLOUD_ACCESS_KEY_ID      read real MPS instead of the simulator, with
  ALIBABA_CLOUD_ACCESS_KEY_SECRET  its secret, and
  MPS_REGION                       the region of your pipelines
  VIEW_TOKEN                       ask for this token in the view
All variables: docs/configuration.md`;

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

function report(error: unknown): number {
  // Commander has already said what was wrong with the words of the command.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const failure = toAppError(error);
  process.stderr.write(`mps-sync: ${failure.message}\n`);
  const foreseen = error instanceof AppError;
  if (!foreseen && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return usageCodes.includes(failure.code) ? 2 : 1;
}
