import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WritableDatabase } from '#db/client.ts';
import { type JobFilter, toConditions } from '#db/job-filter.ts';
import { decideReach } from '#db/job-reach.ts';
import { type JobPosition, selectJobs } from '#db/select-jobs.ts';
import { emptyTables } from './store-fixture.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
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
        'Code', case when state = 'Fail' then case when n between 6000 and 6480 then 'Burst' else 'Code' || n / 50 % 5 end end,
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
  'no code': { codes: [''] },
  'no code, and a state whose jobs have one': { codes: [''], states: ['Fail'] },
  'no code or a rare one': { codes: ['', 'Code3'], pipelines: ['p1', 'p3'] },
  'no pipeline': { pipelines: [''] },
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

  it('looks at a bounded number of jobs and of counts for a page', async () => {
    const watched = watchReads(db.database);
    await readPages(watched.database, filter, {
      limit: 100,
      wanted: 300,
      everyPage: () => watched.expectAtMost({ jobs: 12_000, counts: 4_000 }),
    });
  });
});

async function readPages(
  database: WritableDatabase,
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

interface Reads {
  readonly jobs: number;
  readonly counts: number;
}

/** A database that has the server tell how many rows its statements look at, those within functions too. */
function watchReads(database: WritableDatabase) {
  const seen = { jobs: 0, counts: 0 };
  const watch = <Row extends object>(statement: SQL) =>
    database.withConnection(async (connection) => {
      await connection.query(sql`begin`);
      const before = await connection.query<Reads>(countReads);
      const rows = await connection.query<Row>(statement);
      const after = await connection.query<Reads>(countReads);
      await connection.query(sql`commit`);
      seen.jobs += (after[0]?.jobs ?? Number.NaN) - (before[0]?.jobs ?? Number.NaN);
      seen.counts += (after[0]?.counts ?? Number.NaN) - (before[0]?.counts ?? Number.NaN);
      return rows;
    });
  return {
    database: {
      ...database,
      query: watch,
      queryUpTo: async <Row extends object>(statement: SQL) => ({ rows: await watch<Row>(statement), isCut: false }),
    } as WritableDatabase,
    expectAtMost(most: Reads) {
      expect(seen.jobs).toBeLessThanOrEqual(most.jobs);
      expect(seen.counts).toBeLessThanOrEqual(most.counts);
      Object.assign(seen, { jobs: 0, counts: 0 });
    },
  };
}

/** Rows that the transaction has read so far, whole tables and through an index. */
const countReads = sql`
  select coalesce(sum(rows) filter (where relname like 'job\\_y%'), 0)::float8 as jobs,
    coalesce(sum(rows) filter (where relname in ('job_hourly', 'job_daily')), 0)::float8 as counts
  from (select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables
    where schemaname = 'mps') as read`;

describe('the reach of a page', () => {
  const until = at(0.9) + 20 * 60;
  const decide = (filter: JobFilter, limit: number, before?: number) =>
    decideReach(db.database, { filter, until: before, limit });

  it('is none where no job has what is asked for', async () => {
    expect(await decide({ states: ['Success'], codes: ['Code3'] }, 10)).toBeUndefined();
    expect(await decide({ codes: ['None'] }, 10)).toBeUndefined();
  });

  it('is everything where nothing is asked for, and where ids are', async () => {
    const all = { from: undefined, facets: undefined };
    expect(await decide({ createdFrom: at(0.1) }, 10)).toEqual({ ...all, isFew: false });
    expect(await decide({ ids: ['x'], states: ['Fail'] }, 10)).toEqual({ ...all, isFew: true });
  });

  it.each([1, 19, 20, 21, 40])('ends with the hour in which %s jobs that most have are met', async (limit) => {
    const before = Math.floor(until / hour) * hour;
    expect(await decide({ sources: ['east', 'west'] }, limit, until)).toEqual({
      from: before - Math.ceil(limit / 20) * hour,
      facets: undefined,
      isFew: false,
    });
  });

  it.each([5, 20, 60, 200])(
    'holds enough of the jobs asked for, and not many more: %s of a rare code',
    async (limit) => {
      for (const before of [undefined, at(0.9), at(0.5) + 1234]) {
        const filter = { codes: ['Code3'], createdTo: before };
        const reach = await decide(filter, limit, before);
        const counted = await count({ ...filter, createdFrom: reach?.from });
        expect(counted).toBeGreaterThanOrEqual(Math.min(limit, await count(filter)));
        expect(counted).toBeLessThanOrEqual(limit + 5);
        expect(reach).toMatchObject({ isFew: true });
        expect(reach?.facets).not.toHaveLength(0);
      }
    },
  );

  const count = async (filter: JobFilter) => {
    const [row] = await db.database.query<{ jobs: number }>(sql`
      select count(*)::float8 as jobs from report.job where ${sql.join([sql`true`, ...toConditions(filter)], sql` and `)}`);
    return row?.jobs ?? Number.NaN;
  };

  const few = { from: undefined, facets: undefined, isFew: true };

  it('is everything where few have the change asked for', async () => {
    expect(await decide({ changedFrom: at(0.99), codes: ['Code3'] }, 10)).toEqual(few);
    expect(await decide({ changedFrom: at(2) }, 10)).toBeUndefined();
  });

  it('is the time of those few that have the name asked for', async () => {
    const names = (...numbers: number[]) => whole(...numbers.map((n) => toInput(n)));
    const within = (oldest: number, newest: number) => ({
      ...few,
      between: [start + oldest * 180, start + newest * 180],
    });
    expect(await decide({ inputs: names(1500), states: ['Fail'] }, 10)).toEqual(within(1500, 1500));
    expect(await decide({ inputs: names(19_000, 3, 700) }, 10)).toEqual(within(3, 19_000));
    expect(await decide({ inputs: names(19_000, 3, 700), createdFrom: start + 180 * 4 }, 10)).toEqual(
      within(700, 19_000),
    );
    expect(await decide({ inputs: names(19_000, 3, 700) }, 10, start + 180 * 701)).toEqual(within(3, 700));
    expect(await decide({ userData: whole('often'), inputs: names(3) }, 10)).toEqual(within(3, 3));
    expect(await decide({ inputs: whole('nobody') }, 10)).toBeUndefined();
    expect(await decide({ userData: whole('nobody'), states: ['Fail'] }, 10)).toBeUndefined();
  });

  it('is told by the estimate where many names are asked for, or many have one', async () => {
    const many = whole(...Array.from({ length: 11 }, (_, n) => toInput(n)));
    expect(await decide({ inputs: many }, 10)).toEqual(few);
    expect(await decide({ userData: whole('often') }, 10)).toMatchObject({ from: expect.any(Number), isFew: false });
    expect(await decide({ userData: whole('often'), createdFrom: at(0.95) }, 10)).toEqual(few);
  });

  const toInput = (n: number) => `in/${new Date((start + n * 180) * 1000).toISOString().slice(0, 10)}/${n}`;

  it('ends within a day that alone has too many', async () => {
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select 'burst', 'burst' || n, to_timestamp(${start + 86_400}::float8 + n * 8), '{"State": "Fail"}'
      from generate_series(0, 9999) as n`);
    const reach = await decide({ sources: ['burst'] }, 200);
    expect(reach).toMatchObject({ from: start + 86_400 + Math.floor((9_999 - 200) / 450) * hour, isFew: true });
    await db.database.query(sql`delete from mps.job where source = 'burst'`);
  });
});
