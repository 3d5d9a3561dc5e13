import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core/log.ts';
import { subtract, totalSeconds } from '#core/range.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { seedHistory } from '#simulator/generate.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { type BackfillEvent, backfill } from '#sync/backfill.ts';
import { createMpsConnections } from '#sync/mps-connections.ts';
import { systemClock as clock } from '#sync/system-clock.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useDatabase } from '../db/test-database.ts';
import { demoCredentials, testSource } from './harness.ts';

const db = useDatabase();
const now = Math.floor(Date.now() / 1000);
const range = { from: now - 100_000, to: now - 10_000 };
let simulator: RunningSimulator;

beforeEach(async () => {
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease`);
  simulator = await startSimulator({ qps: 0, maxPageSize: 20 });
  seedHistory(simulator.model, { count: 1_000, from: range.from * 1000, to: range.to * 1000 });
});
afterEach(() => simulator.close());

async function run(onEvent: (event: BackfillEvent) => void, historyMs: number) {
  const store = createSyncStore(db.database);
  const connections = createMpsConnections({ credentials: () => () => demoCredentials, store, clock, log: silentLog });
  const source = { ...testSource, callsPerSecond: 50, endpoint: new URL(simulator.url) };
  const signal = new AbortController().signal;
  const shared = { connect: connections.connect, store, clock, log: silentLog, signal };
  const report = await backfill({ ...shared, source, range, historyMs, onEvent });
  await connections.close();
  return { report, store };
}

describe('a backfill of several runs', () => {
  it('covers its range and reads jobs that are born meanwhile before it goes on', async () => {
    const born = makeRecord({ CreationTime: `${new Date().toISOString().slice(0, 19)}Z` });
    let stored: number | undefined;
    const onEvent = (event: BackfillEvent) => {
      if (event.kind !== 'progress' || event.counts.inserted < 100 || stored !== undefined) return;
      stored = event.counts.inserted;
      simulator.model.add(born);
    };
    const { report, store } = await run(onEvent, 400);
    expect(report).toMatchObject({ outcome: 'covered', left: [], counts: { inserted: 1_001 } });
    expect(report.runs).toBeGreaterThan(1);
    expect(subtract([range], (await store.selectCoverage('default'))?.covered ?? [])).toEqual([]);
    const [position] = await db.database.query<{ later: number }>(sql`
      select (select count(*) from mps.job as other where other.run_id > job.run_id)::int as later
      from mps.job where id = ${String(born.Id)}::text`);
    expect(position?.later).toBeGreaterThan(0);
  });

  it('tells of progress that never goes backwards, from nothing to everything', async () => {
    const left: number[] = [];
    const inserted: number[] = [];
    await run((event) => {
      if (event.kind !== 'progress') return;
      left.push(totalSeconds(event.left));
      inserted.push(event.counts.inserted);
    }, 400);
    expect(left.at(0)).toBe(totalSeconds([range]));
    expect(left.at(-1)).toBe(0);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(inserted).toEqual([...inserted].sort((a, b) => a - b));
    expect(inserted.at(-1)).toBe(1_000);
  });
});
