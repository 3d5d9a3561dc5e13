import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { type JobFilter, toConditions } from '#db/job-filter.ts';
import { findEnd } from '#db/job-reach.ts';
import { type JobPosition, selectJobs } from '#db/select-jobs.ts';
import { emptyTables } from './store-fixture.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const dialect = new PgDialect();
const start = Date.parse('2026-01-20T00:00:00Z') / 1000;
const hour = 3_600;
const jobs = 20_000;
const at = (share: number) => start + Math.floor(share * jobs) * 180;
const whole = (...texts: string[]) => ({ whole: texts, beginnings: [] });
const beginning = (text: string) => ({ whole: [], beginnings: [text] });

/**
 * Twenty thousand jobs, three minutes apart, in two sources: one in fifty failed, a code "Burst" only within one day long ago, a
 * pipeline that nothing but 20 old jobs used, a customer who made one job in three, names by the day.
 */
beforeAll(async () => {
  await emptyTables(db.database);
  await db.database.query(sql`select mps.ensure_partitions(array(select generate_series(to_timestamp(${start}::float8),
    to_timestamp(${at(1)}::float8), interval '10 days')))`);
  await db.database.query(sql`
    insert into mps.job (source, id, creation_time, changed_at, raw)
    select case n % 2 when 0 then 'east' else 'west' end, lpad((n * 7919 % 1000000)::text, 8, '0'), at, at + interval '30 s',
      jsonb_build_object('State', state, 'PipelineId', case when n between 900 and 919 then 'old' else 'p' || n % 9 end,
        'Code', case when state = 'Fail' then case when n between 6000 and 6480 then 'Burst' else 'Code' || n % 5 end end,
        'UserData', case n % 3 when 0 then 'often' else 'once' || n end,
        'Input', jsonb_build_object('Object', to_char(at at time zone 'UTC', '"in/"YYYY-MM-DD/') || n))
    from generate_series(0, ${jobs - 1}::int) as n,
      lateral (select to_timestamp(${start}::float8 + n * 180) as at,
        case when n % 50 = 0 or n between 6000 and 6480 then 'Fail' when n % 4000 = 1 then 'Submitted' else 'Success' end as state) as made`);
  await db.database.query(sql`analyze mps.job`);
}, 60_000);

const cases: Record<string, JobFilter> = {
  nothing: {},
  'a state that most have': { states: ['Success'] },
  'a state that some have': { states: ['Fail'] },
  'a state that few have': { states: ['Submitted'] },
  'two states': { states: ['Submitted', 'Fail'] },
  'a code': { codes: ['Code3'] },
  'a code of one day long ago': { codes: ['Burst'] },
  'a code that nobody has': { codes: ['None'] },
  'values that never meet': { states: ['Success'], codes: ['Code3'] },
  'a code of a source': { codes: ['Code3'], sources: ['west'] },
  'a pipeline of long ago': { pipelines: ['old'] },
  'all four': { states: ['Fail'], codes: ['Code0'], sources: ['east'], pipelines: ['p1', 'p2'] },
  'a narrow time': { createdFrom: at(0.5) + 60, createdTo: at(0.5) + hour },
  'a state within a time': { states: ['Fail'], createdFrom: at(0.3), createdTo: at(0.8) + 7 },
  'a time with nothing': { codes: ['Burst'], createdFrom: at(0.7) },
  'a name': { inputs: whole('in/2026-01-23/1500') },
  'a name that nobody has': { inputs: whole('nobody') },
  'text that many have': { userData: whole('often') },
  'text that many have and a state that few have': { userData: whole('often'), states: ['Submitted'] },
  'the beginning of a name': { inputs: beginning('in/2026-02-0') },
  'a beginning that nobody has': { userData: beginning('never%') },
  'a beginning and a code': { inputs: beginning('in/2026-02'), codes: ['Code1', 'Burst'] },
  'a change lately': { changedFrom: at(0.99) },
  'a change long ago': { changedFrom: at(0.1), changedTo: at(0.6) },
  'a change long ago, of a code': { changedFrom: at(0.1), changedTo: at(0.6), codes: ['Code4'] },
  'a change, a name and a time': { changedFrom: at(0.2), inputs: beginning('in/2026-02-0'), createdTo: at(0.9) },
  ids: { ids: ['00007919', '00015838', 'nobody'], states: ['Success'] },
};

describe.each(Object.entries(cases))('a list of jobs by %s', (_, filter) => {
  it.each([
    { limit: 7, wanted: 60 },
    { limit: 250, wanted: 3_000 },
  ])('has each job once and in order, in pages of up to $limit', async ({ limit, wanted }) => {
    const expected = await db.database.query<{ id: string }>(sql`
      select job.id from report.job where ${sql.join([sql`true`, ...toConditions(filter)], sql` and `)}
      order by job.creation_time desc, job.id desc, job.source limit ${wanted}::int`);
    const found = await readPages(db.database, filter, { limit, wanted });
    expect(found).toEqual(expected.map(({ id }) => id));
  });

  it('looks at a bounded number of jobs for a page', async () => {
    const watched = watchRows(db.database);
    await readPages(watched.database, filter, {
      limit: 100,
      wanted: 300,
      everyPage: () => watched.expectAtMost(12_000),
    });
  });
});

async function readPages(
  database: Database,
  filter: JobFilter,
  { limit, wanted, everyPage }: { limit: number; wanted: number; everyPage?: () => void },
): Promise<string[]> {
  const ids: string[] = [];
  let after: JobPosition | undefined;
  do {
    const page = await selectJobs(database, { filter, after, limit, withRaw: false });
    everyPage?.();
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next;
  } while (after && ids.length < wanted);
  return ids.slice(0, wanted);
}

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
}

/** A database that runs each statement a second time, to see how many rows of `mps.job` it looks at. */
function watchRows(database: Database) {
  let rows = 0;
  return {
    database: {
      ...database,
      query: async <Row extends object>(statement: SQL) => {
        const isExplain = dialect.sqlToQuery(statement).sql.trim().startsWith('explain');
        if (!isExplain) {
          const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
            sql`explain (analyze, format json) ${statement}`,
          );
          if (row) rows += countRows(row['QUERY PLAN'][0].Plan);
        }
        return database.query<Row>(statement);
      },
    } as Database,
    expectAtMost(most: number) {
      expect(rows).toBeLessThanOrEqual(most);
      rows = 0;
    },
  };
}

function countRows(plan: Plan): number {
  const own = /^job_y/.test(plan['Relation Name'] ?? '')
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)) *
      plan['Actual Loops']
    : 0;
  return own + (plan.Plans ?? []).reduce((sum, child) => sum + countRows(child), 0);
}

describe('findEnd', () => {
  const spans = [
    { at: 30, jobs: 2, total: 9 },
    { at: 20, jobs: 0, total: 9 },
    { at: 10, jobs: 5, total: 9 },
  ];

  it.each([
    { wanted: 1, before: undefined, end: 30 },
    { wanted: 2, before: undefined, end: 30 },
    { wanted: 3, before: undefined, end: 10 },
    { wanted: 7, before: undefined, end: 10 },
    { wanted: 8, before: undefined, end: undefined },
    { wanted: 2, before: 30, end: 10 },
    { wanted: 6, before: 30, end: undefined },
  ])('is $end where $wanted jobs are wanted from before $before', ({ wanted, before, end }) => {
    expect(findEnd(spans, { wanted, before })).toBe(end);
  });
});
