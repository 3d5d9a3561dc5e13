import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedHistory } from '#simulator/generate.ts';
import { type RunningSimulator, startSimulator } from '#simulator/server.ts';
import { useDatabase } from '../db/test-database.ts';
import { runOnce } from '../sync/harness.ts';
import { callCommand, runCommand, toEnv, until } from './command.ts';

const db = useDatabase();
const hour = 3_600_000;
const now = Date.now();
const jobs = 400;
const since = new Date(now - 20 * hour).toISOString();
const end = new Date(now - 2 * hour).toISOString();
let simulator: RunningSimulator;

beforeEach(async () => {
  await db.database.query(sql`truncate mps.job, mps.job_transition, mps.coverage, mps.sync_run, mps.lease, mps.quota`);
  simulator = await startSimulator({ qps: 0, maxPageSize: 20 });
  seedHistory(simulator.model, { count: jobs, from: now - 19 * hour, to: now - 3 * hour });
});
afterEach(() => simulator.close());

const run = (...args: string[]) => callCommand(['audit', ...args], toEnv(db.url, simulator.url));

async function pickJobs(count: number): Promise<{ id: string; at: string }[]> {
  return db.database.query(sql`
    select id, to_char(creation_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
    from mps.job order by md5(id) limit ${count}`);
}

describe('mps-sync audit', { timeout: 60_000 }, () => {
  it('says that there is no drift in the last 24 hours', async () => {
    await runOnce(simulator, db.database);
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^default: comparing jobs created from \S+Z to \S+Z with what MPS lists$/m);
    expect(stdout).toMatch(/^default: no drift \(400 jobs listed, \d+ calls\)$/m);
    const [, from = '', to = ''] = /from (\S+Z) to (\S+Z)/.exec(stdout) ?? [];
    expect(Date.parse(to) - Date.parse(from)).toBe(24 * hour);
  });

  it('lists what differs and exits with status 1', async () => {
    await runOnce(simulator, db.database);
    const [lost, other, forgotten] = await pickJobs(3);
    await db.database.query(sql`delete from mps.job where id in (${lost?.id}, ${other?.id})`);
    simulator.model.remove(String(forgotten?.id));
    const { code, stdout, stderr } = await run('--patience', '0', '--ids', '1');
    expect(code).toBe(1);
    expect(stderr).toBe('mps-sync: the copy of source "default" differs from MPS: 2 missing, 0 stale, 1 extra\n');
    const [newest] = [lost, other]
      .map((job) => `${job?.at} ${job?.id}`)
      .sort()
      .reverse();
    const lines = stdout.split('\n').filter((line) => line.startsWith('  '));
    expect(lines).toEqual([
      `  missing  ${newest?.split(' ')[1]}  ${newest?.split(' ')[0]}`,
      `  extra    ${forgotten?.id}  ${forgotten?.at}`,
    ]);
  });

  it('writes JSON, at last a summary', async () => {
    await runOnce(simulator, db.database);
    const [lost] = await pickJobs(1);
    await db.database.query(sql`delete from mps.job where id = ${lost?.id}`);
    const { code, stdout } = await run('--since', since, '--until', end, '--patience', '0', '--json');
    const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(code).toBe(1);
    expect(summary).toMatchObject({
      event: 'summary',
      source: 'default',
      since: `${since.slice(0, 19)}Z`,
      until: `${end.slice(0, 19)}Z`,
      outcome: 'drift',
      missing: 1,
      stale: 0,
      extra: 0,
      listed: jobs,
      throttled: 0,
      jobs: [{ kind: 'missing', id: lost?.id, creation_time: lost?.at }],
    });
  });

  it('does not compare what the source does not keep, and says so', async () => {
    await runOnce(simulator, db.database, { source: { since: Math.floor(now / 1000) - 10 * 3600 } });
    const { code, stdout, stderr } = await run('--since', since);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^mps-sync: source "default" keeps jobs created from \S+Z on: older ones are not compared\n$/,
    );
    expect(stdout).toMatch(/: no drift /);
  });

  it('stops at Ctrl-C and says that it is not finished', async () => {
    const command = runCommand(['audit', '--patience', '600'], toEnv(db.url, simulator.url));
    await until(() => command.stdout().includes('giving the next run of the sync 10 min'));
    command.child.kill('SIGINT');
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toBe('mps-sync: stopped before everything was compared\n');
  });

  const refused: [string, string[], RegExp][] = [
    ['a time that is none', ['--since', 'yesterday'], /^mps-sync: --since must be a date such as/],
    ['a count that is none', ['--ids', 'all'], /It is a whole number/],
  ];
  it.each(refused)('refuses %s with status 2', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
