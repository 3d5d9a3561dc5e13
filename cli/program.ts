import { Command } from 'commander';
import { addAlertsCommand } from '#cli/alerts.ts';
import { addAuditCommand } from '#cli/audit.ts';
import { addBackfillCommand } from '#cli/backfill.ts';
import { addDoctorCommand } from '#cli/doctor/index.ts';
import type { CommandIo } from '#cli/io.ts';
import { addJobsCommand } from '#cli/jobs.ts';
import { addMigrateCommand } from '#cli/migrate.ts';
import { clarifyMistake } from '#cli/mistake.ts';
import { borrowStart } from '#cli/running-start.ts';
import { addStartCommand } from '#cli/start-command.ts';
import { addSyncCommand } from '#cli/sync.ts';
import packageJson from '../package.json' with { type: 'json' };

const help = `
"mps-sync <command> --help" explains a command with examples. Begin with "mps-sync start": it needs nothing. The others
want DATABASE_URL, or a start that runs here; docs/configuration.md has every variable.
Every command takes --json and then writes nothing else to standard output.
Exit status: 0 done; 1 failed; 2 the command or the configuration makes no sense.`;

/** All commands, in the order in which somebody meets them. */
export function createProgram(outside: CommandIo): Command {
  const io = { ...outside };
  const program = new Command('mps-sync')
    .description('Keeps a live, queryable copy of ApsaraVideo MPS snapshot jobs in Postgres.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', help)
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, write) => write(clarifyMistake(text, program)),
    })
    .hook('preAction', async (_, command) => {
      if (command.name() !== 'start') io.env = await borrowStart(io);
    });
  addStartCommand(program, io);
  addSyncCommand(program, io);
  addBackfillCommand(program, io);
  addAuditCommand(program, io);
  addJobsCommand(program, io);
  addAlertsCommand(program, io);
  addDoctorCommand(program, io);
  addMigrateCommand(program, io);
  return program;
}
