/** P7: how soon the view answers over many jobs, and how fast it exports them. */

import { sql } from 'drizzle-orm';
import { silentLog } from '#core/log.ts';
import type { Database } from '#db/client.ts';
import { createReader } from '#db/reader.ts';
import { readArguments, refuse } from '#scripts/read-arguments.ts';
import { createView } from '#view/app.ts';
import type { Figure, Measure } from './measure.ts';
import { questions } from './report-questions.ts';
import { describe, measureMs, toMedian } from './statistics.ts';
import { renderTable } from './table.ts';
import { type Ask, slowest, type Timed, timeOf, worst } from './view-ask.ts';
import { type Exported, measureExports } from './view-export.ts';
import { measureJobs } from './view-jobs.ts';
import { toPercentile } from './view-requests.ts';

const exportRows = { full: 1_000_000, quick: 10_000 };

/** The figures of a database that is only read. */
export async function measureView(
  url: string,
  { quick, say }: { quick: boolean; say: (text: string) => void },
): ReturnType<Measure> {
  const database = createReader({ url, connections: 1, statementTimeoutMs: 60_000 });
  const [newest, rows] = await Promise.all([readNewest(database), readRowCount(database)]);
  const app = createView({ database, tokens: [], access: 'loopback', log: silentLog, now: () => newest * 1000 });
  const ask: Ask = async (path) => app.request(`http://127.0.0.1${path}`);
  try {
    say(`view: ${rows} jobs`);
    const every = quick ? 7 : 1;
    const jobs = await measureJobs(ask, database, { ages: 2, every, say });
    const byIds = await measureJobs(ask, database, { ages: 1, every, withIds: true, say });
    const large = await measureJobs(ask, database, { ages: 1, every: quick ? every : 3, limit: 1_000, say });
    const pages = await measureEach(ask, [
      '/',
      '/?range=7d',
      '/?range=30d',
      '/failures?range=30d',
      '/v1/health',
      '/metrics',
    ]);
    const reports = await measureReports(database);
    const exported = await measureExports(ask, quick ? exportRows.quick : exportRows.full);
    return {
      figures: toFigures(rows, { jobs, byIds, large, pages, reports, exported }),
      details: {
        rows,
        slowest: slowest(jobs),
        slowestByIds: slowest(byIds),
        slowestLarge: slowest(large),
        pages,
        reports,
        exported,
      },
    };
  } finally {
    await database.close();
  }
}

async function readNewest(database: Database): Promise<number> {
  const [row] = await database.query<{ newest: number }>(sql`
    select extract(epoch from max(creation_time))::float8 as newest from mps.job`);
  return Math.ceil(row?.newest ?? 0);
}

/** By the counts: counting ten million rows takes longer than anything that is measured here. */
async function readRowCount(database: Database): Promise<number> {
  const [row] = await database.query<{ rows: number }>(sql`select sum(jobs)::float8 as rows from mps.job_daily`);
  return row?.rows ?? 0;
}

/** Each path, the middle of three. */
async function measureEach(ask: Ask, paths: readonly string[]): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const name of paths) {
    const sample: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      sample.push(await timeOf(ask, name));
    }
    timed.push({ name, ms: toMedian(sample.slice(1)) });
  }
  return timed;
}

/** What people ask of each view; those that are counts or lists of a few, whole. */
async function measureReports(database: Database): Promise<Timed[]> {
  await refuseUnasked(database);
  const timed: Timed[] = [];
  for (const [question, query] of Object.entries(questions)) {
    const sample: number[] = [];
    for (let round = 0; round < 4; round += 1) sample.push(await measureMs(() => database.query(query)));
    timed.push({ name: `report.${question}`, ms: toMedian(sample.slice(1)) });
  }
  return timed;
}

/** A view that is new has to be asked something. */
async function refuseUnasked(database: Database): Promise<void> {
  const views = await database.query<{ name: string }>(sql`
    select viewname as name from pg_views where schemaname = 'report'`);
  const asked = Object.keys(questions).map((question) => question.split(',')[0]);
  const unasked = views.map(({ name }) => name).filter((name) => !asked.includes(name));
  if (unasked.length > 0) throw new Error(`nothing is asked of report.${unasked.join(', report.')}`);
}

function toFigures(
  rows: number,
  measured: {
    jobs: Timed[];
    byIds: Timed[];
    large: Timed[];
    pages: Timed[];
    reports: Timed[];
    exported: readonly Exported[];
  },
): Figure[] {
  const of = `${(rows / 1e6).toFixed(1)}M jobs`;
  const { jobs, byIds, large, pages, reports, exported } = measured;
  const bound = (what: string, timed: readonly Timed[]): Figure => {
    const { name, ms } = worst(timed);
    return {
      id: 'P7',
      what: `${what}, ${of}`,
      bar: '≤ 200 ms',
      measured: `${ms.toFixed(0)} ms (slowest: ${name})`,
      met: ms <= 200,
    };
  };
  return [
    toListFigure(`/v1/jobs, every combination of filters, p99, ${of}`, jobs),
    // Apart: ids make most requests so easy that among the others they would hide the hard ones.
    toListFigure(`/v1/jobs?id=…, with every combination of filters, p99, ${of}`, byIds),
    // A page of a thousand jobs is 1.5 MB: it is bound by writing that, and no bar speaks of it.
    { ...toListFigure(`/v1/jobs?limit=1000, a third of the combinations, p99, ${of}`, large), bar: 'none', met: true },
    bound('overview and pages of counts', pages),
    bound('report views', reports),
    toExportFigure(`NDJSON export, ${of}`, exported),
  ];
}

/** The first one reads from disk what the others find in memory. */
function toExportFigure(what: string, exported: readonly Exported[]): Figure {
  const rates = exported.map(({ rowsPerSecond }) => rowsPerSecond);
  const growth = Math.max(...exported.map(({ growthMb }) => growthMb));
  const measured = `${describe(rates, 0)} rows/s, ${rates[0]?.toFixed(0)} at first, +${growth.toFixed(0)} MB in the second half`;
  const met = toMedian(rates) >= 50_000 && growth < 32;
  return { id: 'P7', what, bar: '≥ 50,000 rows/s in constant memory', measured, met };
}

function toListFigure(what: string, timed: readonly Timed[]): Figure {
  const sample = timed.map(({ ms }) => ms);
  const [p50, p99] = [toPercentile(sample, 0.5), toPercentile(sample, 0.99)];
  const { name, ms } = worst(timed);
  const measured = `${p99.toFixed(1)} ms (p50 ${p50.toFixed(1)}, slowest ${ms.toFixed(0)}: ${name})`;
  return { id: 'P7', what, bar: '≤ 20 ms', measured, met: p99 <= 20 };
}

if (process.argv[1] === import.meta.filename) {
  const usage = `npm run bench:view -- --url URL
Tells how soon the view answers over the database of the URL, and judges it. "npm run bench -- --only P7" fills one.`;
  const { url } = readArguments(usage, { options: { url: { type: 'string' } } }).values;
  if (url === undefined) refuse(usage, '--url is missing.');
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const measured = await measureView(url, { quick: false, say });
  process.stdout.write(`${JSON.stringify(measured, null, 1)}\n`);
  say(renderTable(measured.figures, { judged: true }));
  if (measured.figures.some(({ met }) => !met)) process.exitCode = 1;
}
