import type { Command } from 'commander';
import { createAuditDisplay } from '#cli/audit-display.ts';
import { describeDrift } from '#cli/audit-text.ts';
import { toHelp } from '#cli/help.ts';
import { listenForInterrupt } from '#cli/interrupt.ts';
import type { CommandIo } from '#cli/io.ts';
import type { Output } from '#cli/table.ts';
import { toWhole } from '#cli/whole-number.ts';
import { toMpsTime, toSeconds } from '#core/clock.ts';
import { parseConfig } from '#core/config.ts';
import { totalDrift } from '#core/drift.ts';
import { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { parseMoment, toRange } from '#core/moment.ts';
import type { Range } from '#core/range.ts';
import type { Source } from '#core/source.ts';
import { pickSources, toSources } from '#core/sources.ts';
import { type AuditReport, audit } from '#sync/audit.ts';
import { type Engine, openEngine } from '#sync/open-engine.ts';

interface AuditArguments {
  readonly since?: string;
  readonly until?: string;
  readonly source?: string;
  readonly json?: boolean;
  readonly ids: number;
  readonly patience: number;
}

const daySeconds = 24 * 3600;

const help = toHelp({
  notes: `A time is a date (2026-01-31, midnight UTC) or a time with its offset (2026-01-31T08:00:00+08:00).
Lists the range anew, with history's share of the account's calls, and changes nothing.

  missing  listed by MPS, but not stored
  stale    stored otherwise than MPS lists it
  extra    stored, but not listed by MPS, and not marked as missing there

A job that differs is looked at again after the next run of the sync, so that one which changed a minute ago is no
drift. Where no run comes within --patience seconds, it is.`,
  examples: [
    ['audit', 'the last 24 hours'],
    ['audit --since 2026-01-01 --until 2026-02-01', 'the jobs of January'],
    ['audit --json --ids 1000', 'for a program'],
  ],
  done: 'no drift',
  failed: 'drift, or the audit could not be finished',
});

/** Adds `mps-sync audit`. */
export function addAuditCommand(program: Command, io: CommandIo): void {
  program
    .command('audit')
    .description('Hold what is stored against what MPS lists, and tell what differs.')
    .option('--since <time>', 'jobs created from here on (default: 24 hours before the end)')
    .option('--until <time>', 'jobs created before this (default: now)')
    .option('-s, --source <name>', 'only this source (default: each in turn)')
    .option('--ids <count>', 'how many ids of each kind to print', toWhole, 20)
    .option('--patience <seconds>', 'how long to wait for a run of the sync to mend what differs', toWhole, 90)
    .option('--json', 'print progress and a summary as JSON, one object a line')
    .addHelpText('after', help)
    .action((options: AuditArguments) => auditCommand(options, io));
}

async function auditCommand(options: AuditArguments, io: CommandIo): Promise<void> {
  const { env } = io;
  const config = parseConfig(env, { required: ['DATABASE_URL'] });
  const work = pickSources(toSources(config), options.source).map((source) => ({
    source,
    range: toAuditRange(options, source, toSeconds(Date.now())),
  }));
  const engine = openEngine({ databaseUrl: config.DATABASE_URL, env, log: silentLog });
  const { signal, clear } = listenForInterrupt('stopped before everything was compared');
  const failures: AppError[] = [];
  try {
    for (const { source, range } of work) {
      signal.throwIfAborted();
      const failure = await auditSource(engine, options, { source, range, signal, io });
      if (failure) failures.push(failure);
    }
  } finally {
    clear();
    await engine.close();
  }
  if (failures.length > 0) throw joinFailures(failures);
}

function toAuditRange({ since, until }: AuditArguments, { settleSeconds }: Source, now: number): Range {
  const newest = now - settleSeconds;
  const to = until === undefined ? undefined : parseMoment('--until', until);
  const from = since === undefined ? Math.min(to ?? newest, newest) - daySeconds : parseMoment('--since', since);
  return toRange({ since: from, until: to, now, newest });
}

/** One source. Returns the drift that was found, or what went wrong, so that the next one has its turn. */
async function auditSource(
  engine: Engine,
  options: AuditArguments,
  { source, range: asked, signal, io }: { source: Source; range: Range; signal: AbortSignal; io: CommandIo },
): Promise<AppError | undefined> {
  const range = await keepToKept(engine, source, asked, io.err);
  if (!range) return undefined;
  const { ids, json = false, patience } = options;
  const display = createAuditDisplay({ source: source.name, range, json, ids, out: io.out });
  try {
    const store = engine.auditStore;
    const patienceMs = patience * 1000;
    const report = await audit({ ...engine, store, source, range, patienceMs, signal, onEvent: display.show });
    display.finish(report);
    return toFailure(source, report);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError)
      return new AppError(error.code, `${source.name}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    display.stop();
  }
}

/** Jobs from before the source begins are not kept on purpose, and no drift. */
async function keepToKept(
  { auditStore }: Engine,
  { name }: Source,
  range: Range,
  err: Output,
): Promise<Range | undefined> {
  const coverage = await auditStore.selectCoverage(name);
  if (!coverage || coverage.since <= range.from) return range;
  const begins = `source "${name}" keeps jobs created from ${toMpsTime(coverage.since)} on`;
  err.write(`mps-sync: ${begins}: older ones are not compared\n`);
  return coverage.since < range.to ? { from: coverage.since, to: range.to } : undefined;
}

function toFailure({ name }: Source, { drift }: AuditReport): AppError | undefined {
  if (totalDrift(drift) === 0) return undefined;
  return new AppError('copy_differs', `the copy of source "${name}" differs from MPS: ${describeDrift(drift)}`);
}

function joinFailures(failures: readonly AppError[]): AppError {
  const [first] = failures;
  return new AppError(first?.code ?? 'unexpected', failures.map(({ message }) => message).join('; '));
}
