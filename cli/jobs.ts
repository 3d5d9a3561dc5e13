import { type Command, InvalidArgumentError } from 'commander';
import { toHelp } from '#cli/help.ts';
import type { CommandIo } from '#cli/io.ts';
import { type JobOptions, toJobFilter } from '#cli/job-options.ts';
import { renderJob, renderJobTable } from '#cli/job-text.ts';
import { createPaint } from '#cli/table.ts';
import { parseConfig } from '#core/config.ts';
import { AppError } from '#core/errors.ts';
import { toJsonText } from '#core/exact-json.ts';
import type { Database } from '#db/client.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { createReader } from '#db/reader.ts';
import { type JobPosition, type JobRow, selectJob, selectJobs, toPosition } from '#db/select-jobs.ts';
import { selectTransitions } from '#db/select-transitions.ts';
import { toJobJson, toTransitionJson } from '#view/job-json.ts';

interface JobsOptions extends JobOptions {
  readonly limit: number;
  readonly raw?: boolean;
  readonly json?: boolean;
}

/** Rows asked of the database at a time. */
const pageSize = 1000;

const help = toHelp({
  notes: `Filters mean what they mean in the API: several values are separated by commas and any of them will do, different
filters must all hold. A time is a date (midnight UTC) or a time with its offset. An id alone shows that job whole, with
every change of its state. It reads VIEW_DATABASE_URL, or else DATABASE_URL.`,
  examples: [
    ['jobs --state Fail --limit 10', 'the ten newest jobs that failed'],
    ["jobs --input 'uploads/2026-01-10/*'", 'jobs by how their input object begins'],
    ['jobs --created-from 2026-01-01 --json', 'one JSON object a line, for jq and other programs'],
    ['jobs cc6cbef8e8d5481ca536f5d2a4660001', 'one job and its history'],
  ],
  failed: 'the database did not answer, or no job has the id',
});

/** Adds `mps-sync jobs`. */
export function addJobsCommand(program: Command, io: CommandIo): void {
  program
    .command('jobs')
    .description('List stored jobs, newest first, or show one with its history.')
    .argument('[id]', 'show this job')
    .option('--state <states>', 'in one of these states, such as Fail')
    .option('--pipeline <ids>', 'of one of these pipelines')
    .option('--code <codes>', 'with one of these error codes')
    .option('-s, --source <names>', 'of one of these sources')
    .option('--created-from <time>', 'created at this time or later')
    .option('--created-to <time>', 'created before this time')
    .option('--changed-from <time>', 'whose last change was seen at this time or later')
    .option('--changed-to <time>', 'whose last change was seen before this time')
    .option('--input <objects>', 'with one of these input objects; a * at the end stands for anything')
    .option('--output <objects>', 'with one of these output objects, likewise')
    .option('--user-data <texts>', 'with one of these user data, likewise')
    .option('-n, --limit <count>', 'as many at most', toLimit, 20)
    .option('--raw', 'with --json or an id: add the record exactly as MPS sent it')
    .option('--json', 'print one JSON object a job and line, with the fields of the API')
    .addHelpText('after', help)
    .action((id: string | undefined, options: JobsOptions) => jobsCommand(id, options, io));
}

async function jobsCommand(id: string | undefined, options: JobsOptions, io: CommandIo): Promise<void> {
  const filter = toJobFilter(options);
  const config = parseConfig(io.env, { required: io.env.VIEW_DATABASE_URL ? [] : ['DATABASE_URL'] });
  const url = config.VIEW_DATABASE_URL ?? config.DATABASE_URL ?? '';
  const database = createReader({ url, connections: 1, statementTimeoutMs: 30_000 });
  try {
    await (id === undefined ? showJobs(database, filter, options, io) : showJob(database, id, options, io));
  } finally {
    await database.close();
  }
}

async function showJobs(database: Database, filter: JobFilter, options: JobsOptions, io: CommandIo): Promise<void> {
  const { out, env } = io;
  if (options.json) {
    for await (const row of readJobs(database, filter, options)) out.write(`${toJsonText(toJobJson(row))}\n`);
    return;
  }
  const rows: JobRow[] = [];
  for await (const row of readJobs(database, filter, options)) rows.push(row);
  out.write(renderJobTable(rows, { paint: createPaint(out, env), columns: out.columns }));
  if (rows.length === options.limit) io.err.write(`(the ${rows.length} newest; --limit shows more)\n`);
}

/** Page by page, so that any number of jobs takes the memory of one page. */
async function* readJobs(database: Database, filter: JobFilter, { limit, raw }: JobsOptions): AsyncGenerator<JobRow> {
  let after: JobPosition | undefined;
  let left = limit;
  do {
    const query = { filter, after, limit: Math.min(left, pageSize), withRaw: raw === true };
    const { rows, next } = await selectJobs(database, query);
    yield* rows;
    left -= rows.length;
    after = next;
  } while (after && left > 0);
}

async function showJob(database: Database, id: string, options: JobsOptions, io: CommandIo): Promise<void> {
  const job = await selectJob(database, { id, source: options.source, withRaw: options.raw === true });
  if (!job) {
    throw new AppError('job_unknown', `the copy holds no job "${id}": one that MPS has just made may take a minute`);
  }
  const transitions = await selectTransitions(database, toPosition(job));
  const { out, env } = io;
  if (options.json) {
    out.write(`${toJsonText({ ...toJobJson(job), transitions: transitions.map(toTransitionJson) })}\n`);
  } else out.write(renderJob(job, transitions, createPaint(out, env)));
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit > 0) return limit;
  throw new InvalidArgumentError('A limit is a whole number from 1 on.');
}
