import { type Command, InvalidArgumentError } from 'commander';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { dataDirectories } from '#cli/running-start.ts';
import { startCommand } from '#cli/start.ts';

const help = toHelp({
  notes: `Without credentials for MPS it is a demo: a simulated account in which jobs live and fail. DATABASE_URL set: that Postgres
instead of an embedded one. With ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and MPS_REGION set, it reads
your own jobs. All variables: docs/configuration.md.

It serves 127.0.0.1 only, and asks for no token there unless VIEW_TOKEN is set. --host serves others too, and wants
VIEW_TOKEN: put a proxy that speaks HTTPS before it.`,
  examples: [
    ['start', 'try it: the view is on http://127.0.0.1:8080'],
    ['start --fast', 'a demo with ten times the jobs'],
    ['start --no-demo', 'real MPS or nothing: a missing key is an error'],
    ['start --no-demo --host 0.0.0.0 --json', 'in a container'],
  ],
  failed: 'something broke while it ran',
});

interface CommandOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly demo: boolean;
  readonly fast?: boolean;
  readonly json?: boolean;
}

/** Adds `mps-sync start`. */
export function addStartCommand(program: Command, io: CommandIo): void {
  program
    .command('start')
    .description('Run everything here: database, sync, view. Without cloud credentials, against a simulator.')
    .option('-p, --port <port>', 'port of the view', toPort, 8080)
    .option('--host <address>', 'address that the view listens on; any but loopback wants VIEW_TOKEN', '127.0.0.1')
    .option('--data <directory>', 'where the embedded Postgres and the demo keep their data (default: ".data")')
    .option('--no-demo', 'never the simulator: refuse to start without credentials for MPS')
    .option('--fast', 'a demo with livelier traffic, and data of its own (default: ".data-fast")')
    .option('--json', 'write the log as JSON, one object a line')
    .addHelpText('after', help)
    .action(({ fast = false, json = false, data, ...options }: CommandOptions) =>
      startCommand({ ...options, fast, json, data: data ?? dataDirectories[fast ? 'fast' : 'usual'] }, io),
    );
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
