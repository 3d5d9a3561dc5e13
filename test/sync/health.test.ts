import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subtract, totalSeconds } from '#core/range.ts';
import { createDatabase } from '#db/client.ts';
import { seedHistory } from '#simulator/generate.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { until } from '../cli/command.ts';
import { useDatabase } from '../db/test-database.ts';
import { runOnce } from './harness.ts';

const db = useDatabase();
const now = Math.floor(Date.now() / 1000);
const since = now - 100_000;
const jobs = 600;
let simulator: RunningSimulator;

beforeEach(async () => {
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.quota`);
  simulator = await startSimulator({ qps: 0, maxPageSize: 5, latencyMs: { mean: 20, jitter: 5 } });
  seedHistory(simulator.model, { count: jobs, from: since * 1000, to: (now - 10_000) * 1000 });
});
afterEach(() => simulator.close());

interface Health {
  readonly lag: number;
  readonly gaps: number;
  readonly gap_seconds: number;
  readonly is_running: boolean;
  readonly lease_holder: string | null;
  readonly holds: string | null;
  readonly heartbeat_age: number | null;
  readonly last_completed_at: Date | null;
  readonly last_outcome: string | null;
  readonly last_error_code: string | null;
  readonly calls: number;
  readonly throttled_share: number | null;
  readonly jobs: number;
  readonly covered: { readonly from: number; readonly to: number }[];
}

/** What the view says, and in the same snapshot what it has to be true of. */
async function readHealth(): Promise<Health> {
  const [row] = await db.database.query<Health>(sql`
    select lag_seconds as lag, history_gaps::int as gaps, history_gap_seconds::float8 as gap_seconds, is_running, lease_holder,
      (select holder from mps.lease where expires_at > now()) as holds, extract(epoch from now() - heartbeat_at)::float8 as heartbeat_age,
      last_completed_at, last_outcome, last_error_code, calls_last_hour::int as calls,
      throttled_share_last_hour as throttled_share, (select count(*)::int from mps.job) as jobs,
      (select jsonb_agg(jsonb_build_object('from', extract(epoch from lower(range)), 'to', extract(epoch from upper(range))))
        from mps.coverage, unnest(covered) as range) as covered
    from report.sync_health`);
  if (!row) throw new Error('the source has no health');
  return { ...row, covered: row.covered ?? [] };
}

const countStored = async () =>
  (await db.database.query<{ jobs: number }>(sql`select count(*)::int as jobs from mps.job`))[0]?.jobs ?? 0;

function expectTrueGaps({ covered, gaps, gap_seconds: seconds }: Health): void {
  const newest = covered.at(-1)?.to ?? since;
  const left = subtract([{ from: since, to: newest }], covered);
  expect(gaps).toBe(left.length);
  expect(seconds).toBe(totalSeconds(left));
}

describe('report.sync_health', { timeout: 30_000 }, () => {
  it('is true while a run is under way, and after it', async () => {
    const run = runOnce(simulator, db.database, { source: { since, callsPerSecond: 60 } });
    await until(async () => (await countStored()) > jobs / 4);
    const during = await readHealth();
    expect(during).toMatchObject({ is_running: true, last_completed_at: null, last_outcome: null });
    expect(during.lease_holder).toBe(during.holds);
    expect(during.lease_holder).not.toBeNull();
    expect(during.heartbeat_age).toBeLessThan(20);
    expect(during.gaps).toBeGreaterThan(0);
    expectTrueGaps(during);

    const report = await run;
    const after = await readHealth();
    expect(report.outcome).toBe('completed');
    expect(after).toMatchObject({ is_running: false, lease_holder: null, gaps: 0, gap_seconds: 0, jobs });
    expect(after).toMatchObject({ last_outcome: 'completed', last_error_code: null, throttled_share: 0 });
    expect(after.last_completed_at).not.toBeNull();
    expect(after.calls).toBe(report.calls);
    expect(after.lag).toBeLessThan(20);
  });

  it('is true after a run that vanished, and tells of it once the next has come', async () => {
    const doomed = createDatabase({ url: db.url });
    const options = { source: { since, callsPerSecond: 60 }, leaseSeconds: 5 };
    const run = runOnce(simulator, doomed, options);
    await until(async () => (await countStored()) > jobs / 4);
    // Whatever the run still wants to write, a farewell included, finds no database.
    await doomed.close();
    await run;
    const { is_running: isHeld } = await readHealth();
    expect(isHeld).toBe(true);
    await until(async () => !(await readHealth()).is_running);
    const crashed = await readHealth();
    expect(crashed).toMatchObject({ lease_holder: null, heartbeat_age: null, last_completed_at: null });
    expect(crashed.lag).toBeGreaterThan(1);
    expect(crashed.gaps).toBeGreaterThan(0);
    expectTrueGaps(crashed);

    const stopped = AbortSignal.abort(new Error('stopped'));
    await runOnce(simulator, db.database, { ...options, signal: stopped });
    const [first] = await db.database.query(sql`
      select outcome, error_code from report.sync_run order by started_at limit 1`);
    expect(first).toEqual({ outcome: 'failed', error_code: 'crashed' });

    await runOnce(simulator, db.database, options);
    expect(await readHealth()).toMatchObject({ gaps: 0, gap_seconds: 0, jobs, last_outcome: 'completed' });
  });

  it('tells by its look, and not by its lag, of runs that break off after their first page', async () => {
    await db.database.query(sql`
      insert into mps.coverage (source, since, looked_at) values ('default', to_timestamp(${since}), now() - interval '20 minutes')`);
    await simulator.close();
    simulator = await startSimulator({
      qps: 0,
      maxPageSize: 5,
      faults: ({ sequence }) => (sequence > 1 ? { kind: 'status', status: 502 } : undefined),
    });
    seedHistory(simulator.model, { count: 20, from: (now - 1_800) * 1000, to: (now - 60) * 1000 });
    const report = await runOnce(simulator, db.database, { source: { since } });
    expect(report).toMatchObject({ outcome: 'partial', errorCode: 'mps_unavailable', pages: 1 });
    const [row] = await db.database.query(sql`
      select lag_seconds < 100 as is_newest_read, looked_at < now() - interval '20 minutes' as is_not_looked_at, last_outcome
      from report.sync_health`);
    expect(row).toEqual({ is_newest_read: true, is_not_looked_at: true, last_outcome: 'partial' });
  });

  it('tells which share of the calls was refused', async () => {
    await simulator.close();
    simulator = await startSimulator({
      qps: 0,
      faults: ({ sequence }) => (sequence === 2 ? { kind: 'throttle' } : undefined),
    });
    const { calls, throttled } = await runOnce(simulator, db.database, { source: { since } });
    expect(throttled).toBe(1);
    expect(await readHealth()).toMatchObject({ calls, throttled_share: throttled / calls });
  });
});
