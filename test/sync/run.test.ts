import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { createDatabase } from '#db/client.ts';
import { job, jobTransition, syncRun } from '#db/schema.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import type { Fault } from '#simulator/fault.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { countFollowers } from '../core/followers.ts';
import { documentedRecord, makeRecord } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';
import { runOnce, testSource } from './harness.ts';

const db = useDatabase();
const hour = 3_600_000;
const running: RunningSimulator[] = [];

beforeEach(async () => {
  await db.database.query(
    sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.rejected_record restart identity`,
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ qps: 0, ...options });
  running.push(simulator);
  return simulator;
}

const selectStored = async () => {
  const rows = await db.database.queryTyped((drizzle) => drizzle.select({ id: job.id, raw: job.raw }).from(job));
  return new Map(rows.map(({ id, raw }) => [id, raw]));
};

/** I1: every job that MPS lists is stored, field for field. */
async function expectSame(simulator: RunningSimulator): Promise<void> {
  const listed = new Map(simulator.model.all().map((record) => [record.Id, record]));
  expect(await selectStored()).toEqual(listed);
}

/** A log whose warnings can be looked at. */
function createLogOfWarnings() {
  const entries: [object, string][] = [];
  return { ...silentLog, entries, warn: (fields: object, message: string) => void entries.push([fields, message]) };
}

const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000);

describe('a run', () => {
  it('stores every job of the range field for field, and is complete', async () => {
    const simulator = await simulate();
    const now = Date.now();
    seedHistory(simulator.model, { count: 2_500, from: now - 48 * hour, to: now - hour, skew: 'bursty' });
    const since = Math.floor((now - 49 * hour) / 1000);
    const report = await runOnce(simulator, db.database, { source: { since } });
    expect(report).toMatchObject({
      outcome: 'completed',
      inserted: 2_500,
      // Jobs of the last hour may change while the run is under way.
      transitions: 2_500 + report.updated,
      rejected: 0,
    });
    await expectSame(simulator);
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(syncRun))).toMatchObject([
      { source: 'default', outcome: 'completed', inserted: 2_500, calls: report.calls, errorCode: null },
    ]);
  });

  it('stores the documented record and reads it back unchanged', async () => {
    const simulator = await simulate();
    simulator.model.add(documentedRecord);
    const report = await runOnce(simulator, db.database, { source: { since: seconds('2021-06-01T00:00:00Z') } });
    expect(report.outcome).toBe('completed');
    expect((await selectStored()).get(String(documentedRecord.Id))).toEqual(documentedRecord);
  });

  it('covers nothing that MPS has yet to list, although its clock is ahead by many lookbacks', async () => {
    const simulator = await simulate();
    const now = Date.now();
    const source = { since: Math.floor((now - hour) / 1000), lookbackSeconds: 60 };
    seedHistory(simulator.model, { count: 100, from: now - hour, to: now - hour / 12 });
    const { outcome } = await runOnce(simulator, db.database, { source, now: () => Date.now() + 10 * 60_000 });
    const [row] = await db.database.query<{ aheadSeconds: number }>(sql`
      select extract(epoch from upper(covered) - now())::float8 as "aheadSeconds" from mps.coverage`);
    expect(row?.aheadSeconds).toBeLessThan(0);
    expect(outcome).toBe('partial');
    simulator.model.add(makeRecord({ CreationTime: `${new Date(now + 1_000).toISOString().slice(0, 19)}Z` }));
    await runOnce(simulator, db.database, { source, now: () => Date.now() + 8_000 });
    await expectSame(simulator);
  });

  it('follows a job through its states', async () => {
    let now = Date.now();
    const simulator = await simulate({
      now: () => now,
      requestClock: Date.now,
      life: { jobsPerSecond: 1, now: () => now },
    });
    const run = () =>
      runOnce(simulator, db.database, { now: () => now, source: { since: Math.floor(now / 1000) - 7200 } });
    const until = now + 120_000;
    for (; now < until; now += 5_000) expect((await run()).outcome).toBe('completed');
    await run();
    await expectSame(simulator);
    const transitions = await db.database.queryTyped((drizzle) => drizzle.select().from(jobTransition));
    const seen = new Set(transitions.map(({ fromState, toState }) => `${fromState} → ${toState}`));
    expect(seen).toContain('Submitted → Snapshoting');
    expect(seen).toContain('Snapshoting → Success');
    expect(seen).toContain('Snapshoting → Fail');
  });

  it('does nothing to what it has already read: no row, no page but those of the lookback', async () => {
    const simulator = await simulate();
    const now = Date.now();
    seedHistory(simulator.model, { count: 1_000, from: now - 30 * hour, to: now - 10 * hour });
    const source = { since: Math.floor((now - 31 * hour) / 1000) };
    await runOnce(simulator, db.database, { source });
    const again = await runOnce(simulator, db.database, { source });
    expect(again).toMatchObject({ outcome: 'completed', inserted: 0, updated: 0, unchanged: 0, calls: 1 });
  });

  it('refreshes open jobs older than the lookback and marks those that MPS forgot', async () => {
    const simulator = await simulate();
    const CreationTime = new Date(Date.now() - 5 * hour).toISOString().replace(/\.\d+/, '');
    const [done, gone] = ['Submitted', 'Snapshoting'].map((State) => makeRecord({ CreationTime, State }));
    simulator.model.addMany([done ?? {}, gone ?? {}]);
    const source = { since: Math.floor(Date.now() / 1000) - 7 * 3600 };
    await runOnce(simulator, db.database, { source });
    simulator.model.set(String(done?.Id), { ...done, State: 'Success' });
    simulator.model.remove(String(gone?.Id));
    expect(await runOnce(simulator, db.database, { source })).toMatchObject({ outcome: 'completed', updated: 2 });
    const rows = await db.database.queryTyped((drizzle) => drizzle.select().from(job));
    expect(rows.find(({ id }) => id === done?.Id)).toMatchObject({ state: 'Success', missingSince: null });
    expect(rows.find(({ id }) => id === gone?.Id)).toMatchObject({
      state: 'Snapshoting',
      missingSince: expect.any(Date),
    });
  });
});

describe('whatever the server answers', () => {
  const now = Date.now();
  const from = now - 20 * hour;
  const variants: Record<string, SimulatorOptions> = {
    'caps pages at 7 without a word': { maxPageSize: 7 },
    'excludes both ends of the range': { startInclusive: false, endInclusive: false },
    'prints lists flat and absent fields empty': { listShape: 'flat', absentAs: 'empty', emptyTokenAs: 'empty' },
    'gives a token on the last full page': { tokenOnExactEnd: true, maxPageSize: 50 },
    'shuffles jobs of one second': { sameSecondOrder: 'shuffled' },
    'accepts each token once': { tokenSingleUse: true, maxPageSize: 40 },
  };

  it.each(Object.entries(variants))('a server that %s is read completely', async (_, options) => {
    const simulator = await simulate(options);
    seedHistory(simulator.model, { count: 400, from, to: now - 2 * hour, skew: 'bursty' });
    const report = await runOnce(simulator, db.database, { source: { since: Math.floor(from / 1000) - 10 } });
    expect(report).toMatchObject({ outcome: 'completed', inserted: 400 });
    await expectSame(simulator);
  });

  it('reads ten thousand jobs of one second completely', async () => {
    const simulator = await simulate();
    seedHistory(simulator.model, { count: 10_000, from, to: now - 2 * hour, skew: 'one-second' });
    const report = await runOnce(simulator, db.database, { source: { since: Math.floor(from / 1000) } });
    expect(report).toMatchObject({ outcome: 'completed', inserted: 10_000 });
  });

  const faults: Fault[] = [
    { kind: 'throttle' },
    { kind: 'throttle', retryAfterMs: 20 },
    { kind: 'status', status: 502 },
    { kind: 'status', status: 503, body: '' },
    { kind: 'empty-body' },
    { kind: 'malformed-json' },
    { kind: 'error', code: 'ServiceUnavailable' },
    { kind: 'error', code: 'InternalError', status: 500 },
    { kind: 'reset' },
    { kind: 'reset', afterBytes: 100 },
    { kind: 'empty-page' },
    { kind: 'half-page' },
    { kind: 'duplicate-rows' },
    { kind: 'out-of-order' },
    { kind: 'refuse-token' },
  ];

  it.each(faults)('every third answer being $kind ($code $status) costs time and no job', async (fault) => {
    const simulator = await simulate({
      maxPageSize: 30,
      faults: ({ sequence }) => (sequence % 3 === 2 ? fault : undefined),
    });
    seedHistory(simulator.model, { count: 300, from, to: now - 2 * hour });
    const report = await runOnce(simulator, db.database, { source: { since: Math.floor(from / 1000) - 10 } });
    expect(report).toMatchObject({ outcome: 'completed', inserted: 300 });
    await expectSame(simulator);
  });
});

/** What only a full disk says, to one kind of statement, until the returned function is called. */
async function fillDisk(kind: string): Promise<() => Promise<void>> {
  await db.database.query(
    sql.raw(`
      create function public.fill_disk() returns trigger language plpgsql as $$
      begin raise exception using errcode = '53100', message = 'could not extend file: No space left on device'; end $$;
      create trigger full_disk before ${kind} for each statement execute function public.fill_disk()`),
  );
  return async () => void (await db.database.query(sql`drop function public.fill_disk() cascade`));
}

describe('an old month', () => {
  const retentionMonths = 1;
  const isThere = async () =>
    (await db.database.query(sql`select from pg_class where relname = 'job_y2020m01'`)).length > 0;
  const selectDropped = () =>
    db.database.query(sql`select outcome, error_code, dropped_partitions[1] as dropped from report.sync_run`);

  beforeEach(async () => {
    await db.database.query(sql`select mps.ensure_partitions(array['2020-01-01Z'::timestamptz])`);
  });

  it('goes though the disk is full and no page can be stored, which is what fails the run', async () => {
    const simulator = await simulate();
    seedHistory(simulator.model, { count: 10, from: Date.now() - 2 * hour, to: Date.now() - hour });
    const giveRoom = await fillDisk('insert on mps.job');
    const report = await runOnce(simulator, db.database, { source: { retentionMonths } });
    await giveRoom();
    expect(report).toMatchObject({ outcome: 'failed', errorCode: 'database_unavailable' });
    expect(await selectDropped()).toEqual([
      { outcome: 'failed', error_code: 'database_unavailable', dropped: 'job_y2020m01' },
    ]);
    expect(await isThere()).toBe(false);
  });

  it('goes though a full disk has no room for the record of the run', async () => {
    const simulator = await simulate();
    await runOnce(simulator, db.database);
    const giveRoom = await fillDisk('insert on mps.sync_run');
    const report = await runOnce(simulator, db.database, { source: { retentionMonths } });
    await giveRoom();
    expect(report).toMatchObject({ outcome: 'failed', errorCode: 'database_unavailable' });
    expect(await isThere()).toBe(false);
  });

  it('goes though keys are refused', async () => {
    const simulator = await simulate({ accessKeys: { other: { secret: 'x' } } });
    expect(await runOnce(simulator, db.database, { source: { retentionMonths } })).toMatchObject({ outcome: 'failed' });
    expect(await selectDropped()).toEqual([
      { outcome: 'failed', error_code: 'mps_credentials', dropped: 'job_y2020m01' },
    ]);
  });

  it('stays for the run that took over, and for the next one where time is over', async () => {
    const stop = new AbortController();
    const takeOver = await simulate({
      onListing: () => void db.database.query(sql`update mps.lease set fence = fence + 1 where name = 'default'`),
      latencyMs: { mean: 200, jitter: 0 },
    });
    const late = await simulate({ onListing: () => stop.abort(new AppError('deadline', 'time is over')) });
    expect(await runOnce(takeOver, db.database, { source: { retentionMonths } })).toMatchObject({
      errorCode: 'fence_lost',
    });
    await db.database.query(sql`update mps.lease set expires_at = now()`);
    expect(await runOnce(late, db.database, { source: { retentionMonths }, signal: stop.signal })).toMatchObject({
      errorCode: 'deadline',
    });
    expect(await isThere()).toBe(true);
  });

  it('is not read first to be dropped then', async () => {
    const simulator = await simulate();
    const day = 24 * hour;
    seedHistory(simulator.model, { count: 20, from: Date.now() - 300 * day, to: Date.now() - 299 * day });
    const source = { retentionMonths, since: Math.floor((Date.now() - 400 * day) / 1000) };
    expect(await runOnce(simulator, db.database, { source })).toMatchObject({ outcome: 'completed', read: 0 });
  });
});

describe('honest outcomes', () => {
  it('is complete when upkeep is put off by who reads jobs for long, and says so in the log', async () => {
    const simulator = await simulate();
    await db.database.query(sql`select mps.ensure_partitions(array['2020-01-01Z'::timestamptz])`);
    const log = createLogOfWarnings();
    await inTransaction(db.database, async (tx) => {
      await tx.query(sql`select from mps.job`);
      const report = await runOnce(simulator, db.database, { source: { retentionMonths: 1 }, log });
      expect(report).toMatchObject({ outcome: 'completed' });
      expect(report).not.toHaveProperty('errorCode');
    });
    expect(log.entries).toEqual([
      [expect.objectContaining({ task: 'dropExpiredPartitions', code: 'database_busy' }), 'upkeep_put_off'],
    ]);
    await runOnce(simulator, db.database, { source: { retentionMonths: 1 } });
    const left = await db.database.query(sql`select from pg_class where relname = 'job_y2020m01'`);
    expect(left).toEqual([]);
  });

  it('is partial when time runs out, and the next run goes on where it stopped', async () => {
    const stop = new AbortController();
    let pages = 0;
    const simulator = await simulate({
      maxPageSize: 20,
      latencyMs: { mean: 20, jitter: 5 },
      onListing: () => {
        pages += 1;
        if (pages === 20) stop.abort(new AppError('deadline', 'time is over'));
      },
    });
    const now = Date.now();
    seedHistory(simulator.model, { count: 1_000, from: now - 20 * hour, to: now - 2 * hour });
    const source = { since: Math.floor((now - 21 * hour) / 1000), callsPerSecond: 40 };
    const first = await runOnce(simulator, db.database, { source, signal: stop.signal });
    expect(first).toMatchObject({ outcome: 'partial', errorCode: 'deadline' });
    expect(first.inserted).toBeGreaterThan(0);
    expect(first.inserted).toBeLessThan(1_000);
    const second = await runOnce(simulator, db.database, { source });
    expect(second.outcome).toBe('completed');
    expect(second.inserted).toBe(1_000 - first.inserted);
    // The second run reads at most the page again that the first had under way.
    expect(second.read).toBeLessThanOrEqual(1_000 - first.inserted + 40);
    await expectSame(simulator);
  });

  it('is failed when credentials are refused, and says with which code', async () => {
    const simulator = await simulate({ accessKeys: { other: { secret: 'x' } } });
    expect(await runOnce(simulator, db.database)).toMatchObject({
      outcome: 'failed',
      errorCode: 'mps_credentials',
      calls: 1,
    });
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(syncRun))).toMatchObject([
      {
        outcome: 'failed',
        errorCode: 'mps_credentials',
        error: expect.stringContaining('InvalidAccessKeyId.NotFound'),
      },
    ]);
  });

  it('leaves nothing with the signal that could have stopped it', async () => {
    const { signal } = new AbortController();
    const simulator = await simulate();
    const report = await runOnce(simulator, db.database, { source: {}, signal });
    expect(report).toMatchObject({ outcome: 'completed' });
    expect(countFollowers(signal)).toBe(0);
  });

  it('is skipped while another run holds the source', async () => {
    const simulator = await simulate();
    await createSyncStore(db.database).acquireLease({ name: 'default', holder: 'other', seconds: 60 });
    expect(await runOnce(simulator, db.database)).toMatchObject({ outcome: 'skipped', calls: 0 });
    expect(simulator.traffic.calls).toBe(0);
  });

  it('closes the record of a run that died, as crashed', async () => {
    const simulator = await simulate();
    const store = createSyncStore(db.database);
    const lease = await store.acquireLease({ name: 'default', holder: 'dead', seconds: 0 });
    await store.insertRun({ source: 'default', fence: lease?.fence ?? 0 });
    await runOnce(simulator, db.database);
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(syncRun).orderBy(syncRun.id))).toMatchObject(
      [{ outcome: 'failed', errorCode: 'crashed' }, { outcome: 'completed' }],
    );
  });

  it('is failed, without throwing, when the database is away', async () => {
    const simulator = await simulate();
    const nowhere = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
    expect(await runOnce(simulator, nowhere)).toMatchObject({ outcome: 'failed', errorCode: 'database_unavailable' });
    await nowhere.close();
  });

  it('lets two runs at once write each job and each transition once', async () => {
    const simulator = await simulate({ maxPageSize: 50 });
    const now = Date.now();
    seedHistory(simulator.model, { count: 600, from: now - 20 * hour, to: now - 2 * hour });
    const source = { since: Math.floor((now - 21 * hour) / 1000) };
    // Leases that expire at once let every run take over from the one before.
    const runs = await Promise.all([1, 2, 3].map(() => runOnce(simulator, db.database, { source, leaseSeconds: 0.2 })));
    expect(runs.map(({ outcome }) => outcome)).toContain('completed');
    await expectSame(simulator);
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(jobTransition))).toHaveLength(600);
  });

  it('keeps its default beginning from the first run on', async () => {
    const simulator = await simulate();
    await runOnce(simulator, db.database);
    const store = createSyncStore(db.database);
    const first = await store.upsertCoverage({
      source: testSource.name,
      since: undefined,
      defaultSince: 0,
      settleSeconds: 5,
    });
    expect(first.since).toBeGreaterThan(Date.now() / 1000 - 91 * 86_400);
    const moved = await store.upsertCoverage({
      source: testSource.name,
      since: 1_000,
      defaultSince: 0,
      settleSeconds: 5,
    });
    expect(moved.since).toBe(1_000);
  });
});
