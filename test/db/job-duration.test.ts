import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { migrateUpTo } from './migrate-up-to.ts';
import { emptyTables, source, useStore } from './store-fixture.ts';

const { db, select } = useStore();
const noon = Date.parse('2026-03-01T12:00:00Z') / 1000;

/** What really became of a job, in seconds from its creation; nobody is told. MPS tells its creation to the second. */
interface Life {
  readonly createdAt: number;
  readonly waits: number;
  readonly takes: number;
  readonly end: 'Success' | 'Fail';
}

/** Seconds with their thousandths. */
const toMs = (most: number) => fc.integer({ min: 0, max: most * 1_000 }).map((ms) => ms / 1_000);
const life = fc.record<Life>({
  createdAt: toMs(3_000),
  waits: toMs(2_000),
  takes: toMs(2_000),
  end: fc.constantFrom('Success', 'Fail'),
});
/** Milliseconds from one look at the jobs to the next. */
const looks = fc.array(fc.integer({ min: 1_000, max: 900_000 }), { minLength: 1, maxLength: 8 });

const stateAt = ({ createdAt, waits, takes, end }: Life, at: number) =>
  at < createdAt + waits ? 'Submitted' : at < createdAt + waits + takes ? 'Snapshoting' : end;

/** Looks at all jobs there are at a moment, and stores what it sees, as a page would: a job that did not change is left alone.
 * MPS's clock may be seconds ahead of the database's. */
async function look(lives: readonly Life[], at: number, ahead = 0): Promise<void> {
  const there = lives.map((job, n) => ({ ...job, n })).filter(({ createdAt }) => createdAt <= at);
  const rows = there.map((job) => ({
    id: `job-${job.n}`,
    created: noon + Math.floor(job.createdAt + ahead),
    raw: { State: stateAt(job, at), PipelineId: `pipeline-${job.n}` },
  }));
  const moment = sql`to_timestamp(${noon + at})`;
  await db.database.query(sql`
    insert into mps.job as stored (source, id, creation_time, raw, first_seen_at, changed_at)
    select ${source}, id, to_timestamp(created), raw, ${moment}, ${moment}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as seen (id text, created float8, raw jsonb)
    on conflict (id, source, creation_time) do update set raw = excluded.raw, changed_at = excluded.changed_at
      where stored.raw is distinct from excluded.raw`);
  await db.database.query(sql`
    insert into mps.sync_run (source, started_at, outcome) values (${source}, ${moment} - interval '10 ms', 'completed')`);
}

interface Bounds {
  readonly n: number;
  readonly waiting_jobs: number;
  readonly waiting_least: number | null;
  readonly waiting_most: number | null;
  readonly processing_jobs: number;
  readonly processing_least: number | null;
  readonly processing_most: number | null;
}

const noBounds: Omit<Bounds, 'n'> = {
  waiting_jobs: 0,
  waiting_least: null,
  waiting_most: null,
  processing_jobs: 0,
  processing_least: null,
  processing_most: null,
};

const selectBounds = () =>
  select<Bounds>(`
    select split_part(pipeline_id, '-', 2)::int as n, waiting_jobs::int, processing_jobs::int,
      waiting_seconds_at_least as waiting_least, waiting_seconds_at_most as waiting_most,
      processing_seconds_at_least as processing_least, processing_seconds_at_most as processing_most
    from report.job_duration`);

/** What the sums lose to their milliseconds. */
const rounding = 0.002;

function expectBounds(row: Bounds, { waits, takes }: Life, ahead: number): void {
  const slack = rounding + Math.abs(ahead);
  if (row.waiting_jobs) {
    expect(row.waiting_least).toBeLessThanOrEqual(waits + slack);
    expect(row.waiting_most).toBeGreaterThanOrEqual(waits - slack);
  }
  if (row.processing_jobs) {
    // A lower bound knows nothing of the creation.
    expect(row.processing_least).toBeLessThanOrEqual(takes + rounding);
    expect(row.processing_most).toBeGreaterThanOrEqual(takes - slack);
  }
}

it.each([
  ['whenever one looks', 0],
  ["but for the seconds that MPS's clock is ahead", 7],
  ['but for the seconds that it is behind', -7],
])('holds what really happened between its bounds, %s', { timeout: 60_000 }, async (_, ahead) => {
  await db.database.query(sql`select mps.ensure_partitions(array[to_timestamp(${noon})])`);
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 20 }), looks, async (lives, gaps) => {
      await emptyTables(db.database);
      const moments = gaps.map((_, n) => gaps.slice(0, n + 1).reduce((sum, ms) => sum + ms, 0) / 1_000);
      for (const at of moments) await look(lives, at, ahead);
      const rows = new Map((await selectBounds()).map((row) => [row.n, row]));
      const last = moments.at(-1) ?? 0;
      for (const [n, job] of lives.entries()) {
        const { createdAt, waits, takes } = job;
        const seenAt = moments.find((at) => at >= createdAt) ?? 0;
        const isMeasured = seenAt >= Math.floor(createdAt + ahead);
        const row = rows.get(n) ?? { ...noBounds, n };
        expect(row.waiting_jobs).toBe(isMeasured && last >= createdAt + waits ? 1 : 0);
        expect(row.processing_jobs).toBe(isMeasured && last >= createdAt + waits + takes ? 1 : 0);
        expectBounds(row, job, ahead);
      }
    }),
    { numRuns: 12 },
  );
});

it('measures a start and an end that were both seen to within the time between two looks', async () => {
  await db.database.query(sql`select mps.ensure_partitions(array[to_timestamp(${noon})])`);
  const lives: Life[] = [{ createdAt: 5, waits: 600, takes: 900, end: 'Success' }];
  for (let at = 10; at <= 1_800; at += 60) await look(lives, at);
  const [bounds] = await selectBounds();
  expect(bounds).toMatchObject({ waiting_jobs: 1, processing_jobs: 1 });
  expect(Number(bounds?.waiting_most) - Number(bounds?.waiting_least)).toBeLessThanOrEqual(62);
  expect(Number(bounds?.processing_most) - Number(bounds?.processing_least)).toBeLessThanOrEqual(124);
});

it('takes off what the creation lacks of its second, where a job waited less than it seems', async () => {
  await db.database.query(sql`select mps.ensure_partitions(array[to_timestamp(${noon})])`);
  const job: Life = { createdAt: 5.999, waits: 100, takes: 900, end: 'Success' };
  for (const at of [6, 105.9, 107]) await look([job], at);
  const [row] = await selectBounds();
  expect(row).toMatchObject({ waiting_jobs: 1, waiting_least: 99.89, waiting_most: 102 });
});

it('keeps what was measured before migration 0012_times_in_one_row', async () => {
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  await migrateUpTo(url, '0010_years_of_runs');
  const database = createDatabase({ url, connections: 1 });
  try {
    await database.query(sql`
      insert into mps.job_duration_hourly
      select to_timestamp(${noon}) + hour * interval '1 hour', ${source}, pipeline, phase, 1 + hour, 1000 * hour, 3000 * hour + 7
      from generate_series(0, 5) as hour, unnest(array['', 'p', 'q']) as pipeline, unnest(array['waiting', 'processing']) as phase
      where phase = 'waiting' or hour > 2 or pipeline = 'q'`);
    await database.query(sql`delete from mps.job_duration_hourly where pipeline_id = 'q' and phase = 'waiting'`);
    const readAll = () => database.query(sql`select * from report.job_duration order by hour, pipeline_id`);
    const before = await readAll();
    expect(before).toHaveLength(18);
    await runMigrations({ url, migrationsFolder: 'migrations' });
    expect(await readAll()).toEqual(before);
  } finally {
    await database.close();
  }
});
