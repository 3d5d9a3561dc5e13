import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { makeRecord } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, select, writeRecords } = useStore();
const page = new URL('../../docs/sql.md', import.meta.url);
const example = /```sql\n(?<query>[^`]+)```\n\n```text\n(?<output>[^`]*)```/g;

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+/, '');

/** Some jobs alike, numbered so that each has a video of its own. */
const makeJobs = (count: number, fields: Record<string, unknown>) =>
  Array.from({ length: count }, (_, n) =>
    makeRecord({ Code: '', Message: '', UserData: '', Input: { Object: `uploads%2Fepisode-${n + 1}.mp4` }, ...fields }),
  );

const failed = { State: 'Fail', Code: 'InvalidParameter.ResourceNotFound', Message: 'The video does not exist' };

/**
 * Half an hour of runs, the last begun 80 seconds ago; and a second source, whose runs have read the newest page and no more for
 * three hours.
 */
async function fillRuns(): Promise<void> {
  await db.database.query(sql`
    update mps.coverage set since = '2026-03-01T00:00:00Z', looked_at = now() - interval '80 s', covered = tstzmultirange(
      tstzrange('2026-03-01T00:00:00Z', '2026-03-01T12:00:00Z'), tstzrange('2026-03-02T00:00:00Z', now() - interval '6 s'))`);
  await db.database.query(sql`
    insert into mps.coverage (source, since, looked_at, covered)
    select 'overseas', since, now() - interval '3 h 20 s', tstzmultirange(tstzrange(since, now() - interval '6 s'))
    from mps.coverage`);
  await db.database.query(sql`
    insert into mps.sync_run (source, started_at, finished_at, outcome, error_code, calls, inserted, updated)
    select 'default', now() - n * interval '1 minute' - interval '20 s', now() - n * interval '1 minute' - interval '16 s',
      case n when 7 then 'partial' else 'completed' end, case n when 7 then 'deadline' end, 5, 2, 3
    from generate_series(1, 30) as n
    union all
    select 'overseas', now() - n * interval '1 minute' - interval '20 s', now() - n * interval '1 minute' - interval '16 s',
      case n when 180 then 'completed' else 'partial' end, case when n < 180 then 'mps_unavailable' end, 1, 0, 0
    from generate_series(1, 180) as n`);
}

/** A small account: three days in March, a week, a day with more failures than before, and one job that is stuck. */
async function fillAccount(): Promise<void> {
  const waiting = makeJobs(3, {
    State: 'Submitted',
    PipelineId: 'previews',
    CreationTime: ago(1 / 3),
    UserData: 'asset-7',
  });
  await writeRecords(
    ...makeJobs(5, { State: 'Success', PipelineId: 'previews', CreationTime: '2026-03-01T10:00:00Z' }),
    ...makeJobs(40, { State: 'Success', PipelineId: 'covers', CreationTime: '2026-03-02T10:00:00Z' }),
    ...makeJobs(2, {
      State: 'Fail',
      Code: 'InternalError',
      PipelineId: 'covers',
      CreationTime: '2026-03-02T11:00:00Z',
    }),
    ...makeJobs(30, { State: 'Success', PipelineId: 'previews', CreationTime: '2026-03-03T10:00:00Z' }),
    ...makeJobs(34, { State: 'Success', PipelineId: 'covers', CreationTime: ago(80) }),
    ...makeJobs(1, { ...failed, PipelineId: 'covers', CreationTime: ago(80) }),
    ...makeJobs(8, { State: 'Success', PipelineId: 'covers', CreationTime: ago(6) }),
    ...makeJobs(2, { ...failed, PipelineId: 'covers', CreationTime: ago(5) }),
    ...makeJobs(1, { State: 'Snapshoting', PipelineId: 'previews', CreationTime: ago(9.5) }),
    ...waiting,
  );
  await writeRecords(...waiting.map((record) => ({ ...record, State: 'Success', Count: '10' })));
  await fillRuns();
  await db.database.query(sql`drop schema if exists shop cascade`);
  await db.database.query(sql`create schema shop`);
  await db.database.query(sql`
    create table shop.asset as
    select * from (values ('asset-7', 'The seventh episode'), ('asset-8', 'A film without snapshots')) as asset (id, title)`);
  for (const [, grant = ''] of (await readFile(page, 'utf8')).matchAll(/^ {4}(grant .*);$/gm)) {
    await db.database.query(sql.raw(grant));
  }
}

beforeEach(fillAccount);

/** What somebody gets who may only read. */
const ask = (query: string, timeZone = 'UTC'): Promise<Record<string, unknown>[]> =>
  inTransaction(db.database, async (tx) => {
    await tx.query(sql`select set_config('timezone', ${timeZone}, true)`);
    await tx.query(sql`set local role mps_reader`);
    return tx.query(sql.raw(query));
  });

/** As psql prints it, without its frame. */
function toTable(rows: readonly Record<string, unknown>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => toCell(row[name])))];
  const widths = names.map((_, n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}

const toCell = (value: unknown): string => (value === null ? '' : String(value));

it.each(['UTC', 'America/New_York', 'Asia/Kolkata'])(
  'answers each question of docs/sql.md as printed there, asked in %s (npm run docs:sql prints anew)',
  async (timeZone) => {
    const text = await readFile(page, 'utf8');
    const answered: string[] = [];
    for (const { groups } of text.matchAll(example)) {
      const rows = await ask(groups?.query ?? '', timeZone);
      expect(rows, groups?.query).not.toEqual([]);
      answered.push(`\`\`\`sql\n${groups?.query}\`\`\`\n\n\`\`\`text\n${toTable(rows)}\n\`\`\``);
    }
    expect(answered).toHaveLength(11);
    const renewed = text.replace(example, () => answered.shift() ?? '');
    if (process.env.WRITE_DOCS && timeZone === 'UTC') await writeFile(page, renewed);
    expect(await readFile(page, 'utf8')).toBe(renewed);
  },
);

it('asks every view of report in docs/sql.md', async () => {
  const text = await readFile(page, 'utf8');
  const views = await select<{ name: string }>(
    `select 'report.' || relname as name from pg_class where relnamespace = 'report'::regnamespace and relkind = 'v'`,
  );
  const asked = [...text.matchAll(example)].map(({ groups }) => groups?.query ?? '').join('\n');
  expect(views.map(({ name }) => name).filter((name) => !new RegExp(`${name}\\b`).test(asked))).toEqual([]);
});

/** What Grafana makes of its macro. */
const expandMacro = (query: string): string =>
  query.replace(/\$__timeFilter\((\w+)\)/g, "$1 between '2026-03-01T00:00:00Z' and '2100-01-01T00:00:00Z'");

it('gives a reader of report an answer to each query for Grafana, with a column that Grafana takes for the time', async () => {
  const text = await readFile(page, 'utf8');
  const queries = [...text.matchAll(/```sql\n([^`]+\$__timeFilter[^`]+)```/g)].map(([, query]) => query ?? '');
  expect(queries).toHaveLength(3);
  for (const query of queries) {
    const rows = await ask(expandMacro(query));
    expect(rows, query).not.toEqual([]);
    const times = rows.map(({ time }) => Date.parse(String(time)));
    expect(times, query).toEqual([...times].sort((a, b) => a - b));
    expect(times[0], query).toBeGreaterThan(0);
  }
});
