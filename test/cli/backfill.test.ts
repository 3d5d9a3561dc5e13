import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction } from '#db/transaction.ts';
import { seedHistory } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { useDatabase } from '../db/test-database.ts';
import { callCommand, type RunningCommand, runCommand, toEnv, until } from './command.ts';

const db = useDatabase();
const hour = 3_600_000;
const now = Date.now();
const since = new Date(now - 100 * hour).toISOString();
const historyEnd = new Date(now - 2 * hour).toISOString();
const jobs = 3_000;
const pageSize = 30;

const simulators: RunningSimulator[] = [];
const commands: RunningCommand[] = [];

beforeEach(async () => {
  await db.database.query(
    sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.quota restart identity`,
  );
});
afterEach(async () => {
  for (const { child } of commands.splice(0)) child.kill('SIGKILL');
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ qps: 0, maxPageSize: pageSize, ...options });
  simulators.push(simulator);
  seedHistory(simulator.model, { count: jobs, from: now - 99 * hour, to: now - 3 * hour });
  return simulator;
}

function start(simulator: RunningSimulator, args: readonly string[], env: Record<string, string> = {}): RunningCommand {
  const command = runCommand(['backfill', ...args], { ...toEnv(db.url, simulator.url), ...env });
  commands.push(command);
  return command;
}

async function finish(simulator: RunningSimulator, args: readonly string[], env: Record<string, string> = {}) {
  const { exit, stdout, stderr } = start(simulator, args, env);
  const code = await exit;
  return { code, stdout: stdout(), stderr: stderr() };
}

async function countJobs(): Promise<number> {
  const [row] = await db.database.query<{ jobs: number }>(sql`select count(*)::int as jobs from mps.job`);
  return row?.jobs ?? 0;
}

/** Lets no page be written while `work` goes on, which is told the connections that wait to write one. */
async function whileJobsAreLocked(work: (waiting: readonly number[]) => Promise<void>): Promise<void> {
  const blocker = createDatabase({ url: db.url, connections: 1 });
  await inTransaction(blocker, async (transaction) => {
    await transaction.query(sql`lock table mps.job in access exclusive mode`);
    let waiting: number[] = [];
    await until(async () => {
      // Those of this database: other tests have theirs on the same server.
      const rows = await db.database.query<{ pid: number }>(sql`
        select pid from pg_locks where not granted
          and database = (select oid from pg_database where datname = current_database())`);
      waiting = rows.map(({ pid }) => pid);
      return waiting.length > 0;
    });
    await work(waiting);
  });
  await blocker.close();
}

const toEvents = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('mps-sync backfill', { timeout: 60_000 }, () => {
  it('covers the range and tells how far it is in lines of text', async () => {
    const simulator = await simulate();
    const { code, stdout, stderr } = await finish(simulator, ['--since', since], { MPS_QPS: '40' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^default: reading jobs created from \S+Z to \S+Z$/);
    const shares = lines.slice(1, -1).map((line) => {
      const match = /^default: ([\d.]+)%, [\d,]+ new of [\d,]+ read, [\d,]+ jobs\/s, \d+ of 40 calls\/s, .+$/.exec(
        line,
      );
      return Number(match?.[1]);
    });
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(100);
    expect(lines.at(-1)).toMatch(/^default: covered: 3,000 new, 0 changed of [\d,]+ read, \d+ calls, 1 run$/);
    expect(await countJobs()).toBe(jobs);
  });

  it('says that a covered range is covered, without a call', async () => {
    const simulator = await simulate();
    await finish(simulator, ['--since', since, '--until', historyEnd]);
    const { calls } = simulator.traffic;
    const again = await finish(simulator, ['--since', since, '--until', historyEnd]);
    expect(again).toEqual({ code: 0, stdout: 'default: already covered: nothing to read\n', stderr: '' });
    expect(simulator.traffic.calls).toBe(calls);
  });

  it('writes one JSON object a line, at last a summary', async () => {
    const simulator = await simulate();
    const { code, stdout } = await finish(simulator, ['--since', since, '--until', historyEnd, '--json']);
    const events = toEvents(stdout);
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ event: 'progress', source: 'default', coveredShare: 0, callsPerSecondCap: 100 });
    expect(events.at(-1)).toMatchObject({
      event: 'summary',
      since: `${since.slice(0, 19)}Z`,
      until: `${historyEnd.slice(0, 19)}Z`,
      outcome: 'covered',
      coveredShare: 1,
      runs: 1,
      inserted: jobs,
      gaps: [],
    });
  });

  it('stops at Ctrl-C with what it read stored, and the same command reads the rest', async () => {
    const simulator = await simulate();
    const args = ['--since', since, '--until', historyEnd, '--json'];
    const env = { MPS_QPS: '40' };
    const first = start(simulator, args, env);
    await until(async () => (await countJobs()) > jobs / 4);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(1);
    expect(first.stderr()).toBe('mps-sync: stopped: what was read is stored, and the same command goes on from it\n');
    const summary = toEvents(first.stdout()).at(-1);
    expect(summary).toMatchObject({ event: 'summary', outcome: 'interrupted' });
    const stored = await countJobs();
    expect(stored).toBeLessThan(jobs);
    expect(summary?.inserted).toBe(stored);

    const second = await finish(simulator, args, env);
    const rest = toEvents(second.stdout).at(-1);
    expect(second.code).toBe(0);
    expect(rest).toMatchObject({ outcome: 'covered', inserted: jobs - stored });
    // A walker reads again at most the page it had under way, and the seconds at which walks meet.
    expect(Number(rest?.read)).toBeLessThan(jobs - stored + 10 * pageSize);
    expect(await countJobs()).toBe(jobs);
  });

  it('ends at once at a second Ctrl-C, even while the database keeps it waiting', async () => {
    const simulator = await simulate();
    const command = start(simulator, ['--since', since], { MPS_QPS: '40' });
    await until(async () => (await countJobs()) > 0);
    await whileJobsAreLocked(async () => {
      command.child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(command.child.exitCode).toBeNull();
      command.child.kill('SIGINT');
      expect(await command.exit).toBe(1);
    });
  });

  it('waits for a run that holds the source, and says so once', async () => {
    const simulator = await simulate();
    const store = createSyncStore(db.database);
    const lease = await store.acquireLease({ name: 'default', holder: 'another', seconds: 60 });
    if (!lease) throw new Error('the lease was free');
    const command = start(simulator, ['--since', since, '--until', historyEnd]);
    await until(() => command.stdout().includes('waiting'));
    await store.releaseLease(lease);
    expect(await command.exit).toBe(0);
    expect(command.stdout().match(/default: another run holds source "default": waiting\n/g)).toHaveLength(1);
    expect(await countJobs()).toBe(jobs);
  });

  it('goes on after trouble that passes, and says what it was', async () => {
    const simulator = await simulate();
    const command = start(simulator, ['--since', since, '--until', historyEnd], { MPS_QPS: '40' });
    await until(async () => (await countJobs()) > 0);
    await whileJobsAreLocked(async (waiting) => {
      await db.database.query(sql`select pg_terminate_backend(pid) from unnest(${sql.param(waiting)}::int[]) as pid`);
    });
    expect(await command.exit).toBe(0);
    expect(command.stdout()).toMatch(/^default: Postgres is not reachable: .* \(going on in \d+ s\)$/m);
    expect(command.stdout()).toMatch(/default: covered: 3,000 new, .*, 2 runs\n$/);
    expect(await countJobs()).toBe(jobs);
  });

  it('ends with the reason when MPS refuses the key', async () => {
    const simulator = await simulate({ accessKeys: { other: { secret: 'x' } } });
    const { code, stdout, stderr } = await finish(simulator, ['--since', since]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mps-sync: MPS answered InvalidAccessKeyId\S* [^\n]*check the access key[^\n]*\n$/);
    expect(stdout).toMatch(/default: failed, not covered yet: 0 new[^\n]*, 1 call/);
  });

  it('moves the beginning of the source back, never forward', async () => {
    const simulator = await simulate();
    const readSince = async () => (await createSyncStore(db.database).selectCoverage('default'))?.since;
    await finish(simulator, ['--since', since, '--until', historyEnd]);
    const usual = await readSince();
    expect(usual).toBeLessThan(now / 1000 - 89 * 86_400);
    await finish(simulator, ['--since', '2020-01-01', '--until', '2020-02-01']);
    expect(await readSince()).toBe(Date.UTC(2020) / 1000);
    const later = await finish(simulator, ['--since', '2021-01-01', '--until', '2021-02-01'], {
      SYNC_SINCE: '2021-03-01T00:00:00Z',
    });
    expect(await readSince()).toBe(Date.UTC(2020) / 1000);
    expect(later.stderr).toMatch(/the timer will not go on with it unless SYNC_SINCE .* is 2021-01-01T00:00:00Z/);
  });
});

describe('mps-sync backfill refuses', { timeout: 60_000 }, () => {
  const env = () => toEnv(db.url, 'http://127.0.0.1:1');
  const refused: [string, string[], RegExp][] = [
    ['a command without --since', [], /^mps-sync: required option '--since <time>' not specified\n$/],
    ['a time that is none', ['--since', 'yesterday'], /^mps-sync: --since must be a date such as [^\n]*\n$/],
    ['a time without an offset', ['--since', '2026-01-01T00:00:00'], /^mps-sync: --since must be a date[^\n]*\n$/],
    ['a day that is none', ['--since', '2026-02-30'], /^mps-sync: --since must be a date[^\n]*\n$/],
    ['a bad end', ['--since', '2026-01-01', '--until', 'now'], /^mps-sync: --until must be a date[^\n]*\n$/],
    ['a beginning in the future', ['--since', '2099-01-01'], /^mps-sync: --since is in the future\n$/],
    [
      'a beginning after the end',
      ['--since', '2024-01-02', '--until', '2024-01-01'],
      /^mps-sync: --since must be before --until\n$/,
    ],
    [
      'a source that is not configured',
      ['--since', '2024-01-02', '--source', 'other'],
      /^mps-sync: no source is named "other": the configuration has "default"\n$/,
    ],
  ];

  it.each(refused)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await callCommand(['backfill', ...args], env());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
