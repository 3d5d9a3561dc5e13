import { type Command, InvalidArgumentError } from 'commander';
import { examine } from '#cli/doctor/examine.ts';
import { renderFindings } from '#cli/doctor/text.ts';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { migrationsFolder } from '#cli/migrate.ts';
import { createPaint } from '#cli/table.ts';
import { AppError } from '#core/errors.ts';

interface DoctorOptions {
  readonly timeout: number;
  readonly sendTest?: boolean;
  readonly json?: boolean;
}

const help = toHelp({
  notes: `Looks at the configuration, the database (version, schema, rights, clock; it rehearses what a run does and takes it
back), the standby of VIEW_DATABASE_URL, and MPS for every source (key, permission, endpoint, clock: one call, under the
account's shared quota). It says what to do about whatever it finds, and prints no secret. Channels get nothing unless
--send-test asks for it: then each gets one message that says it is a test.`,
  examples: [
    ['doctor', 'look at everything'],
    ['doctor --send-test', 'and let every channel tell that it works'],
    ['doctor --json', '{"ok":false,"checks":[{"area":"DATABASE_URL","name":"schema","status":"fail",...}]}'],
  ],
  done: 'nothing failed',
  failed: 'a check failed',
});

/** Adds `mps-sync doctor`. */
export function addDoctorCommand(program: Command, io: CommandIo): void {
  program
    .command('doctor')
    .description('Check configuration, database, MPS and channels, and say what to do about what is wrong.')
    .option('--timeout <seconds>', 'for each check', toTimeout, 15)
    .option('--send-test', 'send a test message to every channel')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', help)
    .action((options: DoctorOptions) => doctorCommand(options, io));
}

async function doctorCommand(options: DoctorOptions, { env, out }: CommandIo): Promise<void> {
  const { timeout, sendTest = false, json } = options;
  const checks = await examine({ env, migrationsFolder, timeoutMs: timeout * 1000, sendTest });
  const failed = checks.filter(({ status }) => status === 'fail').length;
  out.write(json ? `${JSON.stringify({ ok: failed === 0, checks })}\n` : renderFindings(checks, createPaint(out, env)));
  if (failed > 0) throw new AppError('check_failed', `${failed} check(s) failed`);
}

function toTimeout(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,4}$/.test(text) && seconds > 0) return seconds;
  throw new InvalidArgumentError('A timeout is a whole number of seconds, 1 or more.');
}
