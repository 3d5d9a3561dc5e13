import { type Command, InvalidArgumentError } from 'commander';
import { enableChannelCommand, retryDeliveries, sendTest } from '#cli/alerts-delivery.ts';
import { endSilence, listSilences, type SilenceArguments, silence } from '#cli/alerts-silence.ts';
import { renderAlerts } from '#cli/alerts-text.ts';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { toSeconds } from '#core/clock.ts';
import { parseConfig } from '#core/config.ts';
import { createDatabase, type Database, type WritableDatabase } from '#db/client.ts';
import { selectAlertChannels, selectAlertGroups, selectDeliveries, selectSilences } from '#db/select-alerts.ts';

const examples = [
  ['alerts list', 'what fires, silences, channels, dead letters'],
  ['alerts test', 'a message to every channel, and what each answered'],
  ['alerts test dingtalk', 'a message to one of them'],
  ["alerts silence --pipeline 'abc*' --for 2h --reason maintenance", 'keep a kind quiet'],
  ['alerts silences', 'the silences that have not ended'],
  ['alerts unsilence 3', 'end one now'],
  ['alerts retry', 'send all dead letters again'],
  ['alerts retry --channel slack', 'those of a channel'],
  ['alerts enable webhook', 'use a channel again whose receiver answered 410'],
] as const;
const failed = 'the database did not answer, or a test message did not arrive';

/** Adds `mps-sync alerts` and what belongs to it. */
export function addAlertsCommand(program: Command, io: CommandIo): void {
  const alerts = program
    .command('alerts')
    .description('Show alerts, send test messages, retry dead letters, keep alerts quiet.')
    .addHelpText('after', toHelp({ examples, failed }));
  alerts
    .command('list')
    .description('What fires, what is silenced, channels and dead letters.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => withDatabase(io, (database) => listAlerts(database, options, io)));
  alerts
    .command('retry')
    .description('Send dead letters again: one, those of a channel, or all.')
    .argument('[id]', 'id of a message')
    .option('-c, --channel <name>', 'only those of this channel')
    .option('--json', 'print JSON')
    .action((id: string | undefined, options) =>
      withDatabase(io, (database) => retryDeliveries(database, id, { ...options, io })),
    );
  alerts
    .command('test')
    .description('Send a test message to every channel, or to one, and tell what each answered.')
    .argument('[channel]', 'webhook, dingtalk, feishu or slack')
    .option('--json', 'print JSON')
    .action((channel: string | undefined, options) =>
      withDatabase(io, (database) => sendTest(database, { ...options, channel, io })),
    );
  addSilences(alerts, io);
  alerts
    .command('enable')
    .description('Use a channel again whose receiver wanted no more messages.')
    .argument('<channel>', 'webhook, dingtalk, feishu or slack')
    .option('--json', 'print JSON')
    .action((channel: string, options) =>
      withDatabase(io, (database) => enableChannelCommand(database, channel, { ...options, io })),
    );
  for (const part of alerts.commands) {
    const own = examples.filter(([command]) => command.split(' ')[1] === part.name());
    part.addHelpText('after', toHelp({ examples: own, failed }));
  }
}

function addSilences(alerts: Command, io: CommandIo): void {
  alerts
    .command('silence')
    .description('Keep alerts quiet for a while. A value that ends in * matches what begins like it.')
    .option('--rule <rule>', 'only this rule, such as job-failed')
    .option('--source <name>', 'only this source')
    .option('--pipeline <id>', 'only this pipeline')
    .option('--code <code>', 'only this error code')
    .requiredOption('--for <time>', 'how long, such as 30m, 2h or 1d', toDuration)
    .requiredOption('--reason <text>', 'why, for those who wonder')
    .option('--author <name>', 'who says so', io.env.USER || 'unknown')
    .option('--json', 'print JSON')
    .action((options: Omit<SilenceArguments, 'io'>) =>
      withDatabase(io, (database) => silence(database, { ...options, io })),
    );
  alerts
    .command('silences')
    .description('The silences that have not ended.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withDatabase(io, (database) => listSilences(database, { ...options, io })),
    );
  alerts
    .command('unsilence')
    .description('End a silence now.')
    .argument('<number>', 'its number', toNumber)
    .option('--json', 'print JSON')
    .action((id: number, options: { json?: boolean }) =>
      withDatabase(io, (database) => endSilence(database, id, { ...options, io })),
    );
}

async function withDatabase(io: CommandIo, work: (database: WritableDatabase) => Promise<void>): Promise<void> {
  const { DATABASE_URL: url } = parseConfig(io.env, { required: ['DATABASE_URL'] });
  const database = createDatabase({ url, connections: 1 });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function listAlerts(database: Database, { json }: { json?: boolean }, io: CommandIo): Promise<void> {
  const listed = {
    groups: await selectAlertGroups(database, { open: true, limit: 100 }),
    silences: await selectSilences(database, { endsAfter: toSeconds(Date.now()), limit: 100 }),
    channels: await selectAlertChannels(database),
    dead: await selectDeliveries(database, { status: 'dead', limit: 100 }),
  };
  io.out.write(json ? `${JSON.stringify(listed)}\n` : renderAlerts(listed));
}

const units: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };

/** Seconds of `30m`, `2h`, `1d`. */
export function toDuration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (units[unit] ?? 0);
  throw new InvalidArgumentError('A length of time is such as 30m, 2h or 1d.');
}

function toNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('The number of a silence is a whole number: mps-sync alerts silences lists them.');
}
