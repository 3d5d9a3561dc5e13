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
const midnight = Date.parse('2026-03-01T00:00:00Z') / 1000;

/** What really became of a job, in seconds from its creation; nobody is told. */
interface Life {
  readonly createdAt: number;
  readonly waits: number;
  readonly takes: number;
  readonly end: 'Success' | 'Fail';
}

const life = fc.record<Life>({
  createdAt: fc.integer({ min: 0, max: 3_000 }),
  waits: fc.integer({ min: 0, max: 2_000 }),
  takes: fc.integer({ min: 0, max: 2_000 }),
  end: fc.constantFrom('Success', 'Fail'),
});
/** Seconds from one look at the jobs to the next. */
const looks = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 });

const stateAt = ({ createdAt, waits, takes, end }: Life, at: number) =>
  at < createdAt + waits ? 'Submitted' : at < createdAt + waits + takes ? 'Snapshoting' : end;

/** Looks at all jobs there are at a moment, and stores what it sees, as a page would: a job that did not change is left alone. */
async function look(lives: readonly Life[], at: number): Promise<void> {
  const there = lives.map((job, n) => ({ ...job, n })).filter(({ createdAt }) => createdAt <= at);
  const rows = there.map((job) => ({
    id: `job-${job.n}`,
    created: midnight + job.createdAt,
    raw: { State: stateAt(job, at), PipelineId: `pipeline-${job.n}` },
  }));
  const moment = sql`to_timestamp(${midnight + at})`;
  await db.database.query(sql`
    insert into mps.job as stored (source, id, creation_time, raw, first_seen_at, changed_at)
    select ${source}, id, to_timestamp(created), raw, ${moment}, ${moment}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as seen (id text, created float8, raw jsonb)
    on conflict (id, source, creation_time) do update set raw = excluded.raw, changed_at = excluded.changed_at
      where stored.raw is distinct from excluded.raw`);
  await db.database.query(sql`
    insert into mps.sync_run (source, started_at, outcome) values (${source}, ${moment} - interval '1 s', 'completed')`);
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

const selectBounds = () =>
  select<Bounds>(`
    select split_part(pipeline_id, '-', 2)::int as n, waiting_jobs::int, processing_jobs::int,
      waiting_seconds_at_least as waiting_least, waiting_seconds_at_most as waiting_most,
      processing_seconds_at_least as processing_least, processing_seconds_at_most as processing_most
    from report.job_duration`);

it('holds what really happened between its bounds, whenever one looks', { timeout: 60_000 }, async () => {
  await db.database.query(sql`select mps.ensure_partitions(array[to_timestamp(${midnight})])`);
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 20 }), looks, async (lives, gaps) => {
      await emptyTables(db.database);
      let at = 0;
      for (const gap of gaps) {
        at += gap;
        await look(lives, at);
      }
      for (const { n, ...bounds } of await selectBounds()) {
        const { createdAt, waits, takes } = lives[n] as Life;
        expect(bounds.waiting_jobs).toBe(at >= createdAt + waits ? 1 : 0);
        if (bounds.waiting_jobs) {
          expect(bounds.waiting_least).toBeLessThanOrEqual(waits);
          expect(bounds.waiting_most).toBeGreaterThanOrEqual(waits);
        }
        expect(bounds.processing_jobs).toBe(at >= createdAt + waits + takes ? 1 : 0);
        if (bounds.processing_jobs) {
          expect(bounds.processing_least).toBeLessThanOrEqual(takes);
          expect(bounds.processing_most).toBeGreaterThanOrEqual(takes);
        }
      }
    }),
    { numRuns: 12 },
  );
});

it('measures a start and an end that were both seen to within the time between two looks', async () => {
  await db.database.query(sql`select mps.ensure_partitions(array[to_timestamp(${midnight})])`);
  const lives: Life[] = [{ createdAt: 5, waits: 600, takes: 900, end: 'Success' }];
  for (let at = 10; at <= 1_800; at += 60) await look(lives, at);
  const [bounds] = await selectBounds();
  expect(bounds).toMatchObject({ waiting_jobs: 1, processing_jobs: 1 });
  expect(Number(bounds?.waiting_most) - Number(bounds?.waiting_least)).toBeLessThanOrEqual(62);
  expect(Number(bounds?.processing_most) - Number(bounds?.processing_least)).toBeLessThanOrEqual(124);
});

it('keeps what was measured before migration 0012_times_in_one_row', async () => {
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  await migrateUpTo(url, '0010_years_of_runs');
  const database = createDatabase({ url, connections: 1 });
  try {
    await database.query(sql`
      insert into mps.job_duration_hourly
      select to_timestamp(${midnight}) + hour * interval '1 hour', ${source}, pipeline, phase, 1 + hour, 1000 * hour, 3000 * hour + 7
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
