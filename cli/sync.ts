import type { Command } from 'commander';
import { createConsoleLog } from '#cli/console-log.ts';
import { toHelp } from '#cli/help.ts';
import { listenForInterrupt } from '#cli/interrupt.ts';
import type { CommandIo } from '#cli/io.ts';
import { renderRuns } from '#cli/run-text.ts';
import { createPaint } from '#cli/table.ts';
import { parseConfig } from '#core/config.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { openEngine } from '#sync/open-engine.ts';
import { syncSources, throwIfFailed } from '#sync/sync-sources.ts';

const help = toHelp({
  notes: `What the timer does, once. Ctrl-C (or SIGTERM) stops it cleanly: what was read is stored, the run is "partial" and
the next one goes on from there. A second Ctrl-C ends it at once.`,
  examples: [
    ['sync', 'every source once'],
    ['sync --source media-hangzhou', 'one source'],
    ["sync --json | jq '.runs[].outcome'", 'how each run ended'],
  ],
  failed: 'a run failed',
});

/** Adds `mps-sync sync`. */
export function addSyncCommand(program: Command, io: CommandIo): void {
  program
    .command('sync')
    .description('Run the sync once and print what it did.')
    .option('-s, --source <name>', 'only this source')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action((options: { source?: string; json?: boolean }) => syncCommand(options, io));
}

/** One run of each source, until it is done or called off. */
async function syncCommand(options: { source?: string; json?: boolean }, { env, out, err }: CommandIo): Promise<void> {
  const config = parseConfig(env, { required: ['DATABASE_URL'] });
  const sources = pickSources(toSources(config), options.source);
  const log = createConsoleLog({ level: config.LOG_LEVEL === 'debug' ? 'debug' : 'warn', out: err });
  const engine = openEngine({ databaseUrl: config.DATABASE_URL, env, log });
  const { signal, clear } = listenForInterrupt('stopped: what was read is stored, and the next run goes on from it');
  try {
    const runs = await syncSources({ ...engine, sources, signal });
    out.write(options.json ? `${JSON.stringify({ runs })}\n` : renderRuns(runs, createPaint(out, env)));
    throwIfFailed(runs);
  } finally {
    clear();
    await engine.close();
  }
}
