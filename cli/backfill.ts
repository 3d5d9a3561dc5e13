import type { Command } from 'commander';
import { createBackfillDisplay } from '#cli/backfill-display.ts';
import { toHelp } from '#cli/help.ts';
import { listenForInterrupt } from '#cli/interrupt.ts';
import type { CommandIo } from '#cli/io.ts';
import type { Output } from '#cli/table.ts';
import { toMpsTime, toSeconds } from '#core/clock.ts';
import { parseConfig } from '#core/config.ts';
import type { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { parseMoment, toRange } from '#core/moment.ts';
import type { Range } from '#core/range.ts';
import type { Source } from '#core/source.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { backfill } from '#sync/backfill.ts';
import { type Engine, openEngine } from '#sync/open-engine.ts';

interface BackfillArguments {
  readonly since: string;
  readonly until?: string;
  readonly source?: string;
  readonly json?: boolean;
}

const help = toHelp({
  notes: `A time is a date (2026-01-31, midnight UTC) or a time with its offset (2026-01-31T08:00:00+08:00).
It takes as many runs as the range needs. Each reads fresh jobs first, so that they never wait for history, and history
takes at most MPS_BACKFILL_SHARE of the calls. What is covered already is not read again.

Ctrl-C stops it cleanly: pages that were read are stored, and the same command, or the timer, goes on from there.
A second Ctrl-C ends it at once.`,
  examples: [
    ['backfill --since 2026-01-01', 'all jobs of this year'],
    ['backfill --since 2025-12-01 --until 2026-01-01', 'the jobs of December'],
    ['backfill --since 2026-01-01 --json', 'one JSON object a line: progress, waiting, at last summary'],
  ],
  failed: 'stopped or failed before all was covered',
});

/** Adds `mps-sync backfill`. */
export function addBackfillCommand(program: Command, io: CommandIo): void {
  program
    .command('backfill')
    .description('Read the history of a range, until all of it is covered.')
    .requiredOption('--since <time>', 'read jobs created from here on')
    .option('--until <time>', 'read jobs created before this (default: now)')
    .option('-s, --source <name>', 'only this source (default: each in turn)')
    .option('--json', 'print progress and a summary as JSON, one object a line')
    .addHelpText('after', help)
    .action((options: BackfillArguments) => backfillCommand(options, io));
}

async function backfillCommand(options: BackfillArguments, io: CommandIo): Promise<void> {
  const { env } = io;
  const since = parseMoment('--since', options.since);
  const until = options.until === undefined ? undefined : parseMoment('--until', options.until);
  const config = parseConfig(env, { required: ['DATABASE_URL'] });
  const now = toSeconds(Date.now());
  const work = pickSources(toSources(config), options.source).map((source) => ({
    source,
    range: toRange({ since, until, now, newest: now - source.settleSeconds }),
  }));
  const engine = openEngine({ databaseUrl: config.DATABASE_URL, env, log: silentLog });
  const { signal, clear } = listenForInterrupt(
    'stopped: what was read is stored, and the same command goes on from it',
  );
  const failures: AppError[] = [];
  try {
    for (const { source, range } of work) {
      signal.throwIfAborted();
      failures.push(...(await backfillSource({ engine, source, range, signal, json: options.json === true, io })));
    }
  } finally {
    clear();
    await engine.close();
  }
  if (failures[0]) throw failures[0];
}

/** One source. Returns what it failed of, so that the next one has its turn; throws when it was stopped. */
async function backfillSource(options: {
  engine: Engine;
  source: Source;
  range: Range;
  signal: AbortSignal;
  json: boolean;
  io: CommandIo;
}): Promise<AppError[]> {
  const { engine, source, range, signal, json, io } = options;
  warnOfLaterSince(source, range, io.err);
  const display = createBackfillDisplay({ source, range, json, out: io.out });
  try {
    const report = await backfill({ ...engine, source, range, signal, onEvent: display.show });
    display.finish(report);
    if (report.outcome === 'interrupted') signal.throwIfAborted();
    return report.error ? [report.error] : [];
  } finally {
    display.stop();
  }
}

/** The configuration has the last word on where a source begins, and the next run of the timer repeats it. */
function warnOfLaterSince({ name, since }: Source, range: Range, err: Output): void {
  if (since === undefined || since <= range.from) return;
  err.write(
    `mps-sync: source "${name}" is configured to begin at ${toMpsTime(since)}: this command reads what is older, ` +
      `but the timer will not go on with it unless SYNC_SINCE (or "since" in MPS_SOURCES) is ${toMpsTime(range.from)}\n`,
  );
}
