import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { parseRecords } from '#core/job.ts';
import { decideMerge, isRegression, knownStates, type State, toRank } from '#core/state.ts';
import { coverage, job, jobTransition, rejectedRecord } from '#db/schema.ts';
import { createSyncStore, type SyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import type { PageWrite } from '#db/write-page.ts';
import { documentedRecord, makeRecord, toJobs } from './sample-jobs.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const source = 'default';
let store: SyncStore;
let fence: number;
let runId: number;

beforeEach(async () => {
  await db.database.query(
    sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.rejected_record`,
  );
  store = createSyncStore(db.database);
  const lease = await store.acquireLease({ name: source, holder: 'test', seconds: 60 });
  fence = lease?.fence ?? 0;
  await store.upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 });
  runId = await store.insertRun({ source, fence });
});

const write = (page: Partial<PageWrite>) =>
  store.writePage({ source, runId, fence, jobs: [], rejections: [], ...page });
const writeRecords = (...records: Record<string, unknown>[]) => write(parseRecords(records));
const selectJobs = () => db.database.queryTyped((drizzle) => drizzle.select().from(job).orderBy(job.id));
const selectTransitions = () =>
  db.database.queryTyped((drizzle) => drizzle.select().from(jobTransition).orderBy(jobTransition.observedAt));

async function selectCovered(): Promise<string> {
  const [row] = await db.database.queryTyped((drizzle) =>
    drizzle.select().from(coverage).where(eq(coverage.source, source)),
  );
  return row?.covered ?? '';
}

describe('what a page stores', () => {
  it('keeps the documented record field for field and types its columns', async () => {
    expect(await writeRecords(documentedRecord)).toEqual({
      inserted: 1,
      updated: 0,
      unchanged: 0,
      transitions: 1,
      rejected: 0,
    });
    const [stored] = await selectJobs();
    expect(stored?.raw).toEqual(documentedRecord);
    expect(stored).toMatchObject({
      source,
      id: 'cc6cbef8e8d5481ca536f5d2a466****',
      creationTime: new Date('2021-06-30T12:34:29Z'),
      state: 'Snapshoting',
      pipelineId: 'b11c171cced04565b1f38f1ecc39****',
      code: 'InvalidParameter',
      count: 1,
      tileCount: 7,
      userData: 'testid-001',
      inputObject: 'example.flv',
      outputBucket: 'example',
      tileOutputObject: 'example.png',
      mnsMessageId: '799454621135656C7F815F198A76****',
      missingSince: null,
    });
  });

  it('reads empty texts and odd numbers as NULL columns while raw keeps them', async () => {
    const record = makeRecord({ Code: '', Count: 'abc', TileCount: 12, Input: null, SnapshotConfig: 'odd' });
    await writeRecords(record);
    const [stored] = await selectJobs();
    expect(stored).toMatchObject({ code: null, count: null, tileCount: 12, inputBucket: null, outputObject: null });
    expect(stored?.raw).toEqual(record);
  });

  it('stores a job of any month, 1970 and 2099 included', async () => {
    const times = ['1970-01-01T00:00:00Z', '2099-12-31T23:59:59Z', '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z'];
    const counts = await writeRecords(...times.map((CreationTime) => makeRecord({ CreationTime })));
    expect(counts.inserted).toBe(4);
  });

  it('writes nothing at all for rows that did not change: the transaction never gets a number', async () => {
    const records = Array.from({ length: 50 }, () => makeRecord());
    await write({ jobs: toJobs(...records), covers: { from: 1000, to: 2000 } });
    await inTransaction(db.database, async (tx) => {
      const inside = createSyncStore({ ...db.database, ...tx });
      const page = { source, runId, fence, jobs: toJobs(...records), rejections: [], covers: { from: 1100, to: 2000 } };
      expect(await inside.writePage(page)).toMatchObject({
        inserted: 0,
        updated: 0,
        unchanged: 50,
        transitions: 0,
      });
      const rows = await tx.query(sql`select pg_current_xact_id_if_assigned() as xid`);
      expect(rows).toEqual([{ xid: null }]);
    });
  });

  it('records a change of state once, with the time of the sighting before', async () => {
    const record = makeRecord({ State: 'Submitted' });
    await writeRecords(record);
    expect(await writeRecords({ ...record, State: 'Success' })).toMatchObject({ updated: 1, transitions: 1 });
    expect(await writeRecords({ ...record, State: 'Success', Count: '9' })).toMatchObject({
      updated: 1,
      transitions: 0,
    });
    const [first, second, ...more] = await selectTransitions();
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      jobId: record.Id,
      fromState: null,
      toState: 'Submitted',
      previousObservedAt: null,
      runId,
    });
    expect(second).toMatchObject({ fromState: 'Submitted', toState: 'Success', previousObservedAt: first?.observedAt });
  });

  it('takes the further state when a page holds a job twice', async () => {
    const record = makeRecord();
    await writeRecords({ ...record, State: 'Success' }, { ...record, State: 'Submitted' });
    expect(await selectJobs()).toMatchObject([{ state: 'Success' }]);
  });

  it('sets an unusable record aside, once, and stores the rest of its page', async () => {
    const odd = { State: 'Success', CreationTime: 'yesterday', Id: 'x' };
    expect(await writeRecords(odd, makeRecord())).toMatchObject({ inserted: 1, rejected: 1 });
    expect(await writeRecords(odd)).toMatchObject({ rejected: 0 });
    const rejected = await db.database.queryTyped((drizzle) => drizzle.select().from(rejectedRecord));
    expect(rejected).toMatchObject([
      { source, runId, original: JSON.stringify(odd), reason: expect.stringContaining('CreationTime') },
    ]);
  });

  it('stores what can be stored of characters that Postgres refuses, and keeps the original', async () => {
    const record = makeRecord({ UserData: 'a\0b\ud800c', 'odd\0key': 'x' });
    expect(await writeRecords(record)).toMatchObject({ inserted: 1, rejected: 1 });
    const [stored] = await selectJobs();
    expect(stored).toMatchObject({ userData: 'a\ufffdb\ufffdc', raw: { 'odd\ufffdkey': 'x' } });
    const [rejected] = await db.database.queryTyped((drizzle) => drizzle.select().from(rejectedRecord));
    expect(JSON.parse(rejected?.original ?? '')).toEqual(record);
  });

  it('marks ids that MPS no longer knows, and unmarks one that comes back', async () => {
    const record = makeRecord();
    await writeRecords(record);
    expect(await write({ missingIds: [String(record.Id), 'never-seen'] })).toMatchObject({ updated: 1 });
    expect((await selectJobs())[0]?.missingSince).toBeInstanceOf(Date);
    expect(await writeRecords(record)).toMatchObject({ updated: 1, transitions: 0 });
    expect((await selectJobs())[0]?.missingSince).toBeNull();
  });

  it('takes a job that MPS no longer knows for changed, and what was seen of it last for its last change of state', async () => {
    const record = makeRecord({ State: 'Submitted' });
    await writeRecords(record);
    const [first] = await selectJobs();
    await write({ missingIds: [String(record.Id)] });
    const [gone] = await selectJobs();
    expect(gone?.changedAt).toEqual(gone?.missingSince);
    expect(Number(gone?.changedAt)).toBeGreaterThanOrEqual(Number(first?.changedAt));
    await writeRecords({ ...record, State: 'Success' });
    expect((await selectTransitions())[1]).toMatchObject({
      fromState: 'Submitted',
      toState: 'Success',
      previousObservedAt: first?.changedAt,
    });
    expect(await writeRecords({ ...record, State: 'Success' })).toMatchObject({ unchanged: 1 });
  });

  it('tells changes of a job in the order in which they were stored, though the clock was ahead or another began later', async () => {
    const record = makeRecord({ State: 'Submitted' });
    await writeRecords(record);
    await db.database.query(sql`update mps.job set changed_at = now() + interval '1 hour'`);
    const [ahead] = await db.database.query<{ at: string }>(sql`select changed_at::text as at from mps.job`);
    await writeRecords({ ...record, State: 'Snapshoting' });
    await writeRecords({ ...record, State: 'Success' });
    const rows = await db.database.query(sql`
      select to_state, observed_at >= previous_observed_at as is_sound,
        (extract(epoch from observed_at - ${ahead?.at}::timestamptz) * 1e6)::int as later
      from mps.job_transition where from_state is not null order by observed_at`);
    expect(rows).toEqual([
      { to_state: 'Snapshoting', is_sound: true, later: 1 },
      { to_state: 'Success', is_sound: true, later: 2 },
    ]);
    expect(await writeRecords({ ...record, State: 'Success' })).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await writeRecords({ ...record, State: 'Success', UserData: 'x' })).toMatchObject({ updated: 1 });
  });
});

describe('the merge rule', () => {
  const states: State[] = [...knownStates, 'Archived', null];
  const pairs = states.flatMap((stored) => states.map((incoming) => ({ stored, incoming })));

  it('is the same in the database as in core, for every pair of states', async () => {
    const rows = await db.database.query<{ regresses: boolean }>(sql`
      select mps.regresses(stored, incoming) as regresses
      from rows from (jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as (stored text, incoming text))
        with ordinality as pair (stored, incoming, n)
      order by n`);
    expect(rows.map(({ regresses }) => regresses)).toEqual(
      pairs.map(({ stored, incoming }) => isRegression(stored, incoming)),
    );
    const ranks = await db.database.query<{ rank: number }>(sql`
      select mps.state_rank(state) as rank from unnest(${sql.param(states)}::text[]) with ordinality as s (state, n) order by n`);
    expect(ranks.map(({ rank }) => rank)).toEqual(states.map(toRank));
  });

  it.each(pairs)('holds in the page write: $stored read again as $incoming', async ({ stored, incoming }) => {
    const record = makeRecord({ State: stored });
    await writeRecords(record);
    await writeRecords({ ...record, State: incoming, UserData: 'another read' });
    const kept = decideMerge({ state: stored, sameRecord: false }, { state: incoming }) === 'keep';
    expect((await selectJobs())[0]).toMatchObject({ state: kept ? stored : incoming });
    expect(await selectTransitions()).toHaveLength(kept || stored === incoming ? 1 : 2);
  });
});

describe('coverage and fence', () => {
  it('advances coverage with the page and merges neighbours', async () => {
    await write({ jobs: toJobs(makeRecord()), covers: { from: 1000, to: 2000 } });
    await write({ covers: { from: 2000, to: 3000 } });
    expect(
      (await store.upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 })).covered,
    ).toEqual([{ from: 1000, to: 3000 }]);
  });

  it('refuses the write of a run whose lease another holder has taken, whole', async () => {
    await db.database.query(sql`update mps.lease set expires_at = now()`);
    expect(await store.acquireLease({ name: source, holder: 'other', seconds: 60 })).toMatchObject({
      fence: fence + 1,
    });
    const stale = write({
      jobs: toJobs(makeRecord()),
      covers: { from: 1, to: 2 },
      rejections: [{ original: 'x', reason: 'y' }],
    });
    await expect(stale).rejects.toMatchObject({ code: 'fence_lost' });
    expect(await selectJobs()).toEqual([]);
    expect(await selectCovered()).toBe('{}');
    expect(await db.database.queryTyped((drizzle) => drizzle.select().from(rejectedRecord))).toEqual([]);
  });

  it('makes a takeover wait for a page on its way, but not an extension', async () => {
    await inTransaction(db.database, async (tx) => {
      await tx.query(sql`select from mps.lease where name = ${source} for key share`);
      expect(await store.extendLease({ name: source, fence }, 0)).toBe(true);
      const takeover = inTransaction(db.database, async (other) => {
        await other.query(sql`set local lock_timeout = '200ms'`);
        await other.query(sql`update mps.lease set fence = fence + 1 where name = ${source}`);
      });
      await expect(takeover).rejects.toMatchObject({ cause: { code: '55P03' } });
    });
  });

  it('survives twenty parallel writers of overlapping pages without a deadlock', async () => {
    const records = Array.from({ length: 40 }, () => makeRecord({ State: 'Submitted' }));
    const shuffled = (seed: number) => records.map((record, i) => records[(i * 7 + seed) % 40] ?? record);
    // Each with a store of its own, because one store would put them together.
    const writeAlone = (page: Partial<PageWrite>) =>
      createSyncStore(db.database).writePage({ source, runId, fence, jobs: [], rejections: [], ...page });
    await Promise.all(
      Array.from({ length: 20 }, (_, seed) =>
        writeAlone({ jobs: toJobs(...shuffled(seed)), covers: { from: seed, to: seed + 1 } }),
      ),
    );
    await Promise.all(
      Array.from({ length: 20 }, (_, seed) =>
        writeAlone({ jobs: toJobs(...shuffled(seed).map((record) => ({ ...record, State: 'Fail' }))) }),
      ),
    );
    expect(await selectJobs()).toHaveLength(40);
    expect(await selectTransitions()).toHaveLength(80);
    expect(
      (await store.upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 })).covered,
    ).toEqual([{ from: 0, to: 20 }]);
  });

  it('explains a database that was never migrated', async () => {
    await db.database.query(sql`create schema bare`);
    const error: unknown = await db.database.query(sql`select * from bare.job`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'schema_missing', message: expect.stringContaining('npm run migrate') });
  });
});
