import { Command } from 'commander';
import { addAlertsCommand } from '#cli/alerts.ts';
import { addAuditCommand } from '#cli/audit.ts';
import { addBackfillCommand } from '#cli/backfill.ts';
import { addDoctorCommand } from '#cli/doctor/index.ts';
import type { CommandIo } from '#cli/io.ts';
import { addJobsCommand } from '#cli/jobs.ts';
import { addMigrateCommand } from '#cli/migrate.ts';
import { addStartCommand } from '#cli/start-command.ts';
import { addSyncCommand } from '#cli/sync.ts';
import packageJson from '../package.json' with { type: 'json' };

const help = `
"mps-sync <command> --help" explains a command with examples. All but start want DATABASE_URL; see docs/configuration.md.
Every command takes --json and then writes nothing else to standard output.
Exit status: 0 done; 1 failed; 2 the command or the configuration makes no sense.`;

/** All commands, in the order in which somebody meets them. */
export function createProgram(io: CommandIo): Command {
  const { env, out, err } = io;
  const program = new Command('mps-sync')
    .description('Keeps a live, queryable copy of ApsaraVideo MPS snapshot jobs in Postgres.')
    .version(packageJson.version)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', help)
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      outputError: (text, write) => write(clarify(text, program)),
    });
  addStartCommand(program, env);
  addSyncCommand(program, env);
  addBackfillCommand(program, env);
  addAuditCommand(program, env);
  addJobsCommand(program, io);
  addAlertsCommand(program, io);
  addDoctorCommand(program, io);
  addMigrateCommand(program, env);
  return program;
}

/** Commander's words for a mistake, as the product says them; a command typed in part gets those it may become. */
function clarify(text: string, program: Command): string {
  const said = text.replace(/^error: /, 'mps-sync: ').trimEnd();
  const [, typed] = /unknown command '([^']+)'/.exec(text) ?? [];
  if (typed === undefined) return `${said}\n`;
  if (said.includes('Did you mean')) return `${said}\n`;
  const begun = program.commands.map((command) => command.name()).filter((name) => name.startsWith(typed));
  const hint = begun.length > 0 ? `(Did you mean ${begun.join(' or ')}?)` : '(mps-sync --help lists the commands)';
  return `${said}\n${hint}\n`;
}
