import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core/log.ts';
import { createAuditStore } from '#db/audit-store.ts';
import { createSyncStore } from '#db/sync-store.ts';
import type { PageFault } from '#simulator/fault.ts';
import { seedHistory } from '#simulator/generate.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { type AuditEvent, type AuditOptions, audit } from '#sync/audit.ts';
import { createMpsConnections } from '#sync/mps-connections.ts';
import { systemClock as clock } from '#sync/system-clock.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';
import { demoCredentials, runOnce, testSource } from './harness.ts';

const db = useDatabase();
const now = Math.floor(Date.now() / 1000);
const range = { from: now - 40_000, to: now - 10_000 };
const jobs = 500;
const at = (second: number) => `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
let simulator: RunningSimulator;
/** Runs of the sync under way beside an audit. */
const runs: Promise<unknown>[] = [];

beforeEach(async () => {
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.quota`);
  simulator = await startSimulator({ qps: 0, maxPageSize: 20, sameSecondOrder: 'shuffled' });
  seedHistory(simulator.model, { count: jobs, from: (range.from - 5_000) * 1000, to: (range.to + 5_000) * 1000 });
});
afterEach(async () => {
  await Promise.all(runs.splice(0));
  await simulator.close();
});

const sync = () => runOnce(simulator, db.database, { source: { since: range.from - 6_000 } });

async function runAudit(options: Partial<AuditOptions> = {}) {
  const store = createSyncStore(db.database);
  const connections = createMpsConnections({ credentials: () => () => demoCredentials, store, clock, log: silentLog });
  const source = { ...testSource, endpoint: new URL(simulator.url) };
  const signal = new AbortController().signal;
  const shared = { connect: connections.connect, store: createAuditStore(db.database), clock, signal };
  try {
    return await audit({ ...shared, source, range, patienceMs: 0, ...options });
  } finally {
    await connections.close();
  }
}

const countListed = () =>
  simulator.model.all().filter(({ CreationTime }) => {
    const second = Date.parse(String(CreationTime)) / 1000;
    return second >= range.from && second < range.to;
  }).length;

/** Ids of some stored jobs of the range. */
async function pickStored(count: number): Promise<string[]> {
  const rows = await db.database.query<{ id: string }>(sql`
    select id from mps.job
    where creation_time >= to_timestamp(${range.from}) and creation_time < to_timestamp(${range.to}) and state = 'Success'
    order by md5(id) limit ${count}`);
  return rows.map(({ id }) => id);
}

describe('an audit', { timeout: 30_000 }, () => {
  it('finds no drift in what a sync has just read, and lists each job once', async () => {
    await sync();
    const report = await runAudit();
    expect(report).toMatchObject({
      listed: countListed(),
      drift: { missing: 0, stale: 0, extra: 0 },
      changing: 0,
      unusable: 0,
      examples: [],
    });
    expect(report.calls).toBeLessThan((jobs / 20) * 2);
  });

  it('tells each job that is missing, stale or extra, and no other', async () => {
    await sync();
    const [lost, altered, marked, forgotten] = await pickStored(4);
    await db.database.query(sql`delete from mps.job where id = ${lost}`);
    await db.database.query(sql`update mps.job set raw = raw || '{"Message": "altered"}' where id = ${altered}`);
    await db.database.query(sql`update mps.job set missing_since = now() where id = ${marked}`);
    simulator.model.remove(String(forgotten));
    const { drift, examples } = await runAudit();
    expect(drift).toEqual({ missing: 1, stale: 2, extra: 1 });
    expect(Object.fromEntries(examples.map(({ id, kind }) => [id, kind]))).toEqual({
      [String(lost)]: 'missing',
      [String(altered)]: 'stale',
      [String(marked)]: 'stale',
      [String(forgotten)]: 'extra',
    });
  });

  it('tells of stored jobs only of its own range and source', async () => {
    await sync();
    await db.database.query(sql`
      insert into mps.job (source, id, creation_time, raw)
      select source, 'extra-' || second, to_timestamp(second), '{}'
      from (values ('default', ${range.from}::int - 1), ('default', ${range.from}::int), ('default', ${range.to}::int - 1),
        ('default', ${range.to}::int), ('another', ${range.from}::int + 9)) as extra (source, second)`);
    const { drift, examples } = await runAudit();
    expect(drift).toEqual({ missing: 0, stale: 0, extra: 2 });
    expect(examples.map(({ id }) => id)).toEqual([`extra-${range.to - 1}`, `extra-${range.from}`]);
  });

  it('does not call a job extra that MPS has marked missing here already', async () => {
    await sync();
    const [id] = await pickStored(1);
    simulator.model.remove(String(id));
    await db.database.query(sql`update mps.job set missing_since = now() where id = ${id}`);
    expect((await runAudit()).drift).toEqual({ missing: 0, stale: 0, extra: 0 });
  });

  it('writes nothing but call slots', async () => {
    await sync();
    const [lost] = await pickStored(1);
    await db.database.query(sql`delete from mps.job where id = ${lost}`);
    const before = await readTables();
    await runAudit();
    expect(await readTables()).toEqual(before);
  });

  it('waits for a run of the sync, and forgives what that mends', async () => {
    await sync();
    simulator.model.add(makeRecord({ Id: 'late', CreationTime: at(range.from + 7), State: 'Success' }));
    const [lost] = await pickStored(1);
    const waits: AuditEvent[] = [];
    const onEvent = (event: AuditEvent) => {
      if (event.kind !== 'waiting') return;
      waits.push(event);
      // The run finds the late job because it looks further back, as one does after an outage.
      runs.push(runOnce(simulator, db.database, { source: { lookbackSeconds: 50_000 } }));
    };
    const { drift } = await runAudit({ patienceMs: 20_000, onEvent });
    expect(drift).toEqual({ missing: 0, stale: 0, extra: 0 });
    expect(waits).toEqual([{ kind: 'waiting', suspects: 1, ms: 20_000 }]);

    await db.database.query(sql`delete from mps.job where id = ${lost}`);
    const later = await runAudit({
      patienceMs: 20_000,
      onEvent: (event) => event.kind === 'waiting' && runs.push(sync()),
    });
    expect(later.drift).toEqual({ missing: 1, stale: 0, extra: 0 });
  });

  it('does not call a job stale that changes at MPS between any two looks', async () => {
    await sync();
    const [id] = await pickStored(1);
    const record = simulator.model.get(String(id));
    const change = () => simulator.model.set(String(id), { ...record, Message: randomUUID() });
    change();
    const onEvent = (event: AuditEvent) => {
      if (event.kind !== 'waiting') return;
      runs.push(sync().then(change));
      change();
    };
    const report = await runAudit({ patienceMs: 20_000, onEvent });
    expect(report).toMatchObject({ drift: { missing: 0, stale: 0, extra: 0 }, changing: 1 });
  });

  it('finds everything missing in an empty copy', async () => {
    const { drift, examples } = await runAudit();
    expect(drift).toEqual({ missing: countListed(), stale: 0, extra: 0 });
    expect(examples).toHaveLength(countListed());
  });

  it('ends with the reason when it is stopped', async () => {
    await sync();
    const controller = new AbortController();
    const onEvent = () => controller.abort(new Error('stopped'));
    await expect(runAudit({ signal: controller.signal, onEvent })).rejects.toThrow('stopped');
  });

  it('compares the rest when tokens are refused, rows come twice or oldest first, and pages empty', async () => {
    await sync();
    await simulator.close();
    const faults: Record<number, PageFault> = {
      2: { kind: 'refuse-token' },
      4: { kind: 'duplicate-rows' },
      6: { kind: 'out-of-order' },
      8: { kind: 'empty-page' },
    };
    simulator = await startSimulator({
      qps: 0,
      maxPageSize: 20,
      model: simulator.model,
      seed: 2,
      faults: ({ sequence }) => faults[sequence % 9],
    });
    const [lost] = await pickStored(1);
    await db.database.query(sql`delete from mps.job where id = ${lost}`);
    expect((await runAudit()).drift).toEqual({ missing: 1, stale: 0, extra: 0 });
  });
});

async function readTables() {
  return db.database.query(sql`
    select (select md5(string_agg(job::text || xmin::text, '' order by id)) from mps.job) as jobs,
      (select md5(string_agg(t::text, '' order by job_id, observed_at)) from mps.job_transition as t) as transitions,
      (select md5(string_agg(c::text, '')) from mps.coverage as c) as coverage,
      (select md5(string_agg(r::text, '' order by id)) from mps.sync_run as r) as runs,
      (select md5(string_agg(l::text, '')) from mps.lease as l) as leases,
      (select count(*)::int from mps.rejected_record) as rejected`);
}
