/** `npm run bench:reports [-- --rows N] [-- --url URL]`: how soon each view of `report` answers, and how much room jobs take. */
import { type SQL, sql } from 'drizzle-orm';
import { createDatabase, type Database } from '#db/client.ts';
import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres } from '#scripts/postgres.ts';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { keepResult } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import { fillDatabase } from './fill-history.ts';
import { leaveOpen } from './fill-open.ts';
import { fillEvents } from './fill-runs.ts';
import { questions, stuckQuestions } from './report-questions.ts';
import { measureMs, toMedian } from './statistics.ts';

interface Answered {
  readonly question: string;
  readonly rows: number;
  /** Of five, each on a connection of its own: the middle one, and the slowest, which also reads and plans first. */
  readonly ms: number;
  readonly slowestMs: number;
}

async function ask(url: string, question: string, query: SQL): Promise<Answered> {
  const sample: number[] = [];
  let rows = 0;
  for (let round = 0; round < 5; round += 1) {
    const database = createDatabase({ url, connections: 1 });
    await database.query(sql`select 1`);
    sample.push(await measureMs(async () => (rows = (await database.query(query)).length)));
    await database.close();
  }
  return { question, rows, ms: Math.round(toMedian(sample)), slowestMs: Math.round(Math.max(...sample)) };
}

/** Bytes of a table with its partitions, and of its indexes. */
const readSizes = (database: Database) =>
  database.query<{ name: string; rows: number; table: number; indexes: number }>(sql`
    select name, rows::float8, sum(pg_table_size(relid))::float8 as table, sum(pg_indexes_size(relid))::float8 as indexes
    from (values
      ('job', (select sum(jobs) from mps.job_daily)),
      ('job_transition', null),
      ('job_hourly', (select count(*) from mps.job_hourly)),
      ('job_daily', (select count(*) from mps.job_daily)),
      ('job_time_hourly', (select count(*) from mps.job_time_hourly)),
      ('alert_event', (select count(*) from mps.alert_event)),
      ('rejected_record', (select count(*) from mps.rejected_record)),
      ('sync_run', (select count(*) from mps.sync_run))) as kept (name, rows)
    cross join lateral (
      select relid from pg_partition_tree(('mps.' || name)::regclass) union select ('mps.' || name)::regclass
    ) as part
    group by name, rows order by name`);

/** Bytes of each index of the jobs, over all months. */
const readIndexSizes = (database: Database) =>
  database.query<{ definition: string; bytes: number }>(sql`
    select regexp_replace(pg_get_indexdef(parent.inhparent), '^.* USING ', '') as definition,
      sum(pg_relation_size(parent.inhrelid))::float8 as bytes
    from pg_index
    join pg_inherits as parent on parent.inhparent = indexrelid
    where indrelid = 'mps.job'::regclass group by 1 order by 2 desc`);

async function report(url: string): Promise<object> {
  const database = createDatabase({ url, connections: 1, statementTimeoutMs: 600_000 });
  try {
    const [sizes, indexes] = [await readSizes(database), await readIndexSizes(database)];
    const jobs = sizes.find(({ name }) => name === 'job')?.rows ?? Number.NaN;
    const perJob = (bytes: number) => Math.round(bytes / jobs);
    const views: Answered[] = [];
    for (const [question, query] of Object.entries(questions)) views.push(await ask(url, question, query));
    return {
      jobs,
      views,
      bytesPerRow: Object.fromEntries(
        sizes.map(({ name, rows, table, indexes }) => [name, rows && Math.round((table + indexes) / rows)]),
      ),
      bytesPerJob: Object.fromEntries(sizes.map(({ name, table, indexes }) => [name, [table, indexes].map(perJob)])),
      indexBytesPerJob: Object.fromEntries(indexes.map(({ definition, bytes }) => [definition, perJob(bytes)])),
      sizes,
    };
  } finally {
    await database.close();
  }
}

/** The shares of jobs that are open for ever, with which stuck jobs are asked for once more. */
const openShares = [0.01, 0.1];

/** How soon `report.stuck_job` answers where many jobs are stuck. */
async function reportStuck(url: string): Promise<object[]> {
  const database = createDatabase({ url, connections: 1, statementTimeoutMs: 600_000 });
  const answered: object[] = [];
  for (const share of openShares) {
    const openJobs = await leaveOpen(database, share);
    const views: Answered[] = [];
    for (const [question, query] of Object.entries(stuckQuestions)) views.push(await ask(url, question, query));
    answered.push({ openJobs, views });
  }
  await database.close();
  return answered;
}

async function fillOutbox(url: string): Promise<void> {
  const database = createDatabase({ url, connections: 1, statementTimeoutMs: 600_000 });
  await fillEvents(database);
  await database.close();
}

const usual = 1_000_000;
const usage = `npm run bench:reports -- [--rows ${usual}] [--url URL]
Tells how soon each view of report answers, over a database filled for it or the one of the URL, and how much room jobs take.`;
const { values } = readArguments(usage, {
  options: { url: { type: 'string' }, rows: { type: 'string', default: String(usual) } },
});
const rows = readNumber(usage, '--rows', values.rows);
if (values.url === undefined) await reportOfOwn();
else process.stdout.write(`${JSON.stringify(await report(values.url), null, 1)}\n`);

/** Over a database that is filled for it and taken away again. */
async function reportOfOwn(): Promise<void> {
  const circumstances = readCircumstances();
  const undo = createUndo();
  const close = closeOnSignal(undo.run);
  try {
    const postgres = await undo.open(openPostgres(), (server) => server.close());
    const url = await postgres.createDatabase('reports');
    await fillDatabase(url, { rows, months: 9, until: Math.floor(Date.now() / 1000) });
    await fillOutbox(url);
    const answered = { ...(await report(url)), stuck: await reportStuck(url) };
    process.stdout.write(`${JSON.stringify(answered, null, 1)}\n`);
    if (rows >= usual) await keepResult('reports', { ...circumstances, postgres: postgres.facts, ...answered });
  } finally {
    await close();
  }
}
