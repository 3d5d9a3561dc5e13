import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ensureDatabase } from '#db/create-database.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { useDatabase } from '../db/test-database.ts';
import { callCommand, runCommand, toEnv, until } from './command.ts';

const db = useDatabase();
const hour = 3_600_000;
const now = Date.now();
const jobs = 600;
const simulators: RunningSimulator[] = [];

beforeEach(async () => {
  await db.database.query(
    sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.quota restart identity`,
  );
});
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ qps: 0, maxPageSize: 20, ...options });
  simulators.push(simulator);
  seedHistory(simulator.model, { count: jobs, from: now - 99 * hour, to: now - 2 * hour });
  return simulator;
}

const sync = ({ url }: RunningSimulator, args: readonly string[] = [], env: Record<string, string> = {}) =>
  callCommand(['sync', ...args], { ...toEnv(db.url, url), ...env });

async function countJobs(): Promise<number> {
  const [row] = await db.database.query<{ jobs: number }>(sql`select count(*)::int as jobs from mps.job`);
  return row?.jobs ?? 0;
}

describe('mps-sync sync', { timeout: 60_000 }, () => {
  it('prints a table of what each run did, one source a line', async () => {
    const sources = JSON.stringify([{ name: 'one' }, { name: 'two', pipelineId: 'none-such' }]);
    const { code, stdout, stderr } = await sync(await simulate(), [], { MPS_SOURCES: sources });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('source  outcome    read  new  changed  rejected  calls  throttled');
    expect(lines[1]).toMatch(/^one +completed +\d{3} +600 +0 +0 +\d+ +0$/);
    expect(lines[2]).toMatch(/^two +completed +0 +0 +0 +0 +\d+ +0$/);
    expect(lines.slice(3)).toEqual(['']);
    expect(await countJobs()).toBe(jobs);
  });

  it('prints one line of JSON with --json', async () => {
    const { code, stdout, stderr } = await sync(await simulate(), ['--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ source: 'default', outcome: 'completed', inserted: jobs }] });
  });

  it('runs the one source that is named', async () => {
    const sources = JSON.stringify([{ name: 'one' }, { name: 'two' }]);
    const { stdout } = await sync(await simulate(), ['--source', 'two', '--json'], { MPS_SOURCES: sources });
    expect((JSON.parse(stdout) as { runs: object[] }).runs).toMatchObject([{ source: 'two' }]);
  });

  it('exits 1 when a run fails, with the reason under the table and in a sentence', async () => {
    const simulator = await simulate({ accessKeys: { other: { secret: 'x' } } });
    const { code, stdout, stderr } = await sync(simulator);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^default +failed /m);
    expect(stdout).toMatch(/^default: failed \(mps_credentials\): what was read until then is stored$/m);
    expect(stderr).toMatch(/^mps-sync: sync failed for source "default": mps_credentials: .*InvalidAccessKeyId.*\n$/m);
  });

  it('says of a database without the schema what to do, and points at no record of the run', async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const url = await ensureDatabase(inject('postgresUrl'), name);
    const { code, stdout, stderr } = await sync(await simulate(), [], { DATABASE_URL: url });
    expect(code).toBe(1);
    expect(stdout).not.toContain('sync_run');
    expect(stderr).toMatch(
      /^mps-sync: sync failed for source "default": schema_missing: the database lacks .*: run "npm run migrate"\n/m,
    );
  });

  it('stops cleanly at SIGTERM, and the next one reads the rest', async () => {
    const simulator = await simulate({ latencyMs: { mean: 150, jitter: 0 } });
    const env = { ...toEnv(db.url, simulator.url), MPS_QPS: '10' };
    const command = runCommand(['sync'], env);
    await until(async () => (await countJobs()) > jobs / 4);
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.stdout()).toMatch(/^default +partial /m);
    expect(command.stdout()).toMatch(
      /^default: partial \(deadline\): what was read is stored, and the next run goes on from there$/m,
    );
    const stored = await countJobs();
    expect(stored).toBeLessThan(jobs);
    const { stdout } = await sync(simulator, ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ outcome: 'completed', inserted: jobs - stored }] });
  });

  it('says that another run holds the source, and is no failure', async () => {
    await db.database.query(
      sql`insert into mps.lease (name, holder, fence, expires_at) values ('default', 'another', 1, now() + interval '1 minute')`,
    );
    const { code, stdout } = await sync(await simulate());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^default: skipped.*: another run holds the source$/m);
  });
});
