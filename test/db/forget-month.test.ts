import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { selectCountDifferences } from './count-differences.ts';
import { makeRecord } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, store, write, writeRecords, select } = useStore();

const page = readFileSync('docs/operations.md', 'utf8');

/** The first statement that docs/operations.md gives under a heading. */
function readRecipe(heading: string): string {
  const [, recipe] = /```sql\n(.*?)```/s.exec(page.slice(page.indexOf(`## ${heading}\n`))) ?? [];
  if (!recipe) throw new Error(`there is no statement under "${heading}"`);
  return recipe;
}

const toSeconds = (time: string) => Date.parse(time) / 1000;
const december = { from: toSeconds('2025-12-01T00:00:00Z'), to: toSeconds('2026-01-01T00:00:00Z') };
const records = ['2025-11-30T23:59:59Z', '2025-12-01T00:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'].map(
  (CreationTime, i) => makeRecord({ Id: `job-${i}`, CreationTime, State: 'Fail' }),
);

describe('the recipe of docs/operations.md for a month that was dropped by hand', () => {
  beforeEach(async () => {
    await write({ covers: { from: december.from - 1, to: december.to + 1 } });
    await writeRecords(...records);
    await db.database.query(sql`
      insert into mps.job_time_hourly (hour, source, pipeline_id)
      select mps.to_hour(creation_time), source, coalesce(pipeline_id, '') from mps.job`);
  });

  it.each([
    { what: 'whose tables are gone', drop: 'drop table mps.job_y2025m12, mps.job_transition_y2025m12' },
    { what: 'of which the history is left', drop: 'drop table mps.job_y2025m12' },
    { what: 'that is still there', drop: 'select' },
  ])('has a month $what read and counted again, and only that month', async ({ drop }) => {
    await db.database.query(sql.raw(drop));
    await db.database.query(sql.raw(readRecipe('A partition was dropped by hand')));
    expect(await select('select id from mps.job order by id')).toEqual([{ id: 'job-0' }, { id: 'job-3' }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await select(`select hour < '2025-12-01Z' as is_before from report.job_duration order by hour`)).toEqual([
      { is_before: true },
      { is_before: false },
    ]);
    expect((await store().selectCoverage(source))?.covered).toEqual([
      { from: december.from - 1, to: december.from },
      { from: december.to, to: december.to + 1 },
    ]);
    expect(await writeRecords(...records)).toMatchObject({ inserted: 2, unchanged: 2 });
    expect(await selectCountDifferences(db.database)).toEqual([]);
    expect(await select('select sum(jobs)::int as jobs from report.job_daily')).toEqual([{ jobs: 4 }]);
    expect(await select('select count(*)::int as n from mps.job_transition')).toEqual([{ n: 4 }]);
  });
});

describe('the other recipes of docs/operations.md about months', () => {
  it('rid the copy of a job that was deleted by hand, and of what counts it', async () => {
    await writeRecords(makeRecord({ Id: 'f5d1b9cf0a3e4a7f8d2c' }), makeRecord({ Id: 'kept' }));
    await db.database.query(sql.raw(readRecipe('Jobs were deleted by hand')));
    expect(await select('select id from mps.job')).toEqual([{ id: 'kept' }]);
    expect(await select('select job_id from mps.job_transition')).toEqual([{ job_id: 'kept' }]);
    expect(await selectCountDifferences(db.database)).toEqual([]);
  });

  it('name the session that keeps old months from going', async () => {
    await inTransaction(db.database, async (tx) => {
      await tx.query(sql`select from mps.job`);
      const found = await select(readRecipe('Old months go, and old months stay'));
      expect(found).toContainEqual(
        expect.objectContaining({ state: 'idle in transaction', query: 'select from mps.job' }),
      );
    });
  });
});
