import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountFilter, CountInterval } from '#db/job-counts.ts';
import { selectFailures } from '#db/select-failures.ts';
import { type StatDimension, selectStats, statDimensions } from '#db/select-stats.ts';
import { makeRecord } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, writeRecords, select } = useStore();
const hour = 3_600;
const start = Date.parse('2026-01-30T00:00:00Z') / 1000;
const hours = 80;

const record = fc.record({
  at: fc.integer({ min: 0, max: hours * hour - 1 }),
  State: fc.constantFrom('Submitted', 'Success', 'Fail', 'Fail', 'Archived', '', null),
  PipelineId: fc.constantFrom('p1', 'p2', '', 'é'.repeat(128), `${'long '.repeat(40)}1`, `${'long '.repeat(40)}2`),
  Code: fc.constantFrom('Bad', 'Slow', null),
});
const asked = fc.record({
  from: fc.integer({ min: 0, max: hours - 1 }),
  length: fc.integer({ min: 1, max: hours }),
  interval: fc.constantFrom<CountInterval[]>('hour', 'day', 'all'),
  by: fc.subarray([...statDimensions]),
  states: fc.option(fc.subarray(['Fail', 'Success', 'Archived'], { minLength: 1 }), { nil: undefined }),
  pipelines: fc.option(fc.constantFrom(['p1'], ['p2', `${'long '.repeat(40)}1`]), { nil: undefined }),
  codes: fc.option(fc.constantFrom(['Bad'], ['Bad', 'Slow']), { nil: undefined }),
});

interface Job {
  readonly time: number;
  readonly id: string;
  readonly source: string;
  readonly pipeline_id: string | null;
  readonly state: string | null;
  readonly code: string | null;
}

/** The jobs themselves, with the keys as the counts have them. */
const selectAll = () =>
  select<Job>(`
    select extract(epoch from creation_time)::float8 as time, id, source, left(pipeline_id, 128) as pipeline_id,
      left(state, 128) as state, left(code, 128) as code
    from mps.job order by creation_time, id`);

function toPassing(jobs: readonly Job[], filter: CountFilter): Job[] {
  const passes = (values: readonly string[] | undefined, value: string | null) =>
    values === undefined || values.some((wanted) => wanted.slice(0, 128) === value);
  return jobs.filter(
    (job) =>
      job.time >= filter.createdFrom &&
      job.time < filter.createdTo &&
      passes(filter.states, job.state) &&
      passes(filter.pipelines, job.pipeline_id) &&
      passes(filter.codes, job.code),
  );
}

function toGroups<T>(items: readonly T[], toKey: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(toKey(item), [...(groups.get(toKey(item)) ?? []), item]);
  return groups;
}

/** What {@link selectStats} must answer, told from every single job. */
function countAll(jobs: readonly Job[], filter: CountFilter, interval: CountInterval, by: readonly StatDimension[]) {
  const seconds = interval === 'day' ? 24 * hour : hour;
  const toTime = ({ time }: Job) => (interval === 'all' ? filter.createdFrom : Math.floor(time / seconds) * seconds);
  const toKey = (job: Job) =>
    JSON.stringify([toTime(job), ...statDimensions.map((name) => (by.includes(name) ? job[name] : null))]);
  return [...toGroups(toPassing(jobs, filter), toKey)].map(([key, group]) => [
    ...(JSON.parse(key) as unknown[]),
    group.length,
    group.filter(({ state }) => state === 'Fail').length,
  ]);
}

const sorted = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();

describe('what is counted', () => {
  it('is exactly what counting every stored job says, whatever is asked', async () => {
    const jobs = fc
      .sample(record, { numRuns: 600, seed: 7 })
      .map(({ at, ...fields }) =>
        makeRecord({ ...fields, CreationTime: new Date((start + at) * 1000).toISOString().replace('.000Z', 'Z') }),
      );
    for (let at = 0; at < jobs.length; at += 300) await writeRecords(...jobs.slice(at, at + 300));
    const stored = await selectAll();
    expect(stored).toHaveLength(600);
    await fc.assert(
      fc.asyncProperty(asked, async ({ from, length, interval, by, ...some }) => {
        const createdFrom = start + from * hour;
        const filter = { ...some, createdFrom, createdTo: createdFrom + length * hour };
        const rows = await selectStats(db.database, { filter, interval, by, limit: 100_000 });
        expect(
          sorted(rows.map((row) => [row.time, row.source, row.pipeline_id, row.state, row.code, row.jobs, row.failed])),
        ).toEqual(sorted(countAll(stored, filter, interval, by)));
        const { states: _, ...around } = filter;
        const failures = await selectFailures(db.database, { filter: around, limit: 1_000 });
        expect(
          sorted(
            failures.map((row) => [
              row.pipeline_id,
              row.code,
              row.jobs,
              row.pipeline_jobs,
              row.first_created_at,
              row.last_created_at,
              row.example_job_id,
            ]),
          ),
        ).toEqual(sorted(groupFailures(stored, around)));
      }),
      { numRuns: 30 },
    );
  });
});

function groupFailures(jobs: readonly Job[], filter: Omit<CountFilter, 'states'>): unknown[][] {
  const { codes: _, ...around } = filter;
  const ofPipeline = toGroups(toPassing(jobs, around), ({ pipeline_id }) => String(pipeline_id));
  const failed = toPassing(jobs, { ...filter, states: ['Fail'] });
  return [...toGroups(failed, ({ pipeline_id, code }) => JSON.stringify([pipeline_id, code])).values()].map((group) => [
    group[0]?.pipeline_id,
    group[0]?.code,
    group.length,
    ofPipeline.get(String(group[0]?.pipeline_id))?.length,
    group[0]?.time,
    group.at(-1)?.time,
    group.at(-1)?.id,
  ]);
}

it('tells failures of each source apart', async () => {
  await writeRecords(makeRecord({ State: 'Fail', Code: 'Bad' }));
  const [{ time = 0 } = {}] = await selectAll();
  const filter = { createdFrom: Math.floor(time / hour) * hour, createdTo: Math.ceil((time + 1) / hour) * hour };
  expect(await selectFailures(db.database, { filter: { ...filter, sources: ['other'] }, limit: 9 })).toEqual([]);
  expect(await selectFailures(db.database, { filter: { ...filter, sources: [source] }, limit: 9 })).toMatchObject([
    { source, jobs: 1, code: 'Bad' },
  ]);
});
