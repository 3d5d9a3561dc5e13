import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { migrateUpTo } from './migrate-up-to.ts';
import { createMigrations } from './migration-folder.ts';

const migrationsFolder = 'migrations';
const all = readMigrationFiles({ migrationsFolder }).length;
let url: string;
const sessions: Client[] = [];

beforeEach(async () => {
  url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
});
afterEach(() => Promise.all(sessions.splice(0).map((session) => session.end())));

/** Somebody else's session. */
async function openSession(application: string): Promise<Client> {
  const session = new Client({ connectionString: url, application_name: application });
  session.on('error', () => {});
  await session.connect();
  sessions.push(session);
  return session;
}

/** A session with a transaction that has read something and stays open. */
async function openReader(relation: string): Promise<Client> {
  const reader = await openSession('a long report');
  await reader.query('begin');
  await reader.query(`select count(*) from ${relation}`);
  return reader;
}

async function selectApplied(): Promise<number> {
  const session = await openSession('test');
  const { rows } = await session.query('select count(*)::int as applied from mps.schema_migration');
  return rows[0].applied;
}

describe('a migration that meets an open transaction', () => {
  it('lets writers and readers pass between its attempts, says who is in its way, and is applied once that one leaves', async () => {
    await migrateUpTo(url, '0009_no_compiling');
    const reader = await openReader('report.job_duration');
    const told: string[] = [];
    const waits: number[] = [];
    let isOver = false;
    const migrating = runMigrations({
      url,
      migrationsFolder,
      lockTimeoutMs: 1_000,
      onProgress: (sentence) => told.push(sentence),
    }).finally(() => {
      isOver = true;
    });
    const writer = await openSession('writer');
    for (const startedAt = Date.now(); !isOver && Date.now() - startedAt < 5_000; ) {
      const sentAt = Date.now();
      await writer.query("insert into mps.sync_run (source, fence) values ('s', 0)");
      await writer.query('select count(*) from report.job_duration');
      waits.push(Date.now() - sentAt);
    }
    expect(isOver).toBe(false);
    await reader.query('rollback');
    const result = await migrating;
    expect(result.total).toBe(all);
    expect(told[0]).toMatch(
      /^0010_years_of_runs waits for report\.job_duration, held by pid \d+ \(application a long report, role \w+, idle in transaction for \d+ s\): end it or wait$/,
    );
    // It did stand in their way, or this shows nothing; two locks' time is what both statements may wait for.
    expect(Math.max(...waits)).toBeGreaterThan(300);
    expect(Math.max(...waits)).toBeLessThan(4_000);
  });

  it('gives up in the end, names that one and what ends it, and leaves what was applied for the next call to go on from', async () => {
    await migrateUpTo(url, '0009_no_compiling');
    const reader = await openReader('report.stuck_job');
    const attempt = runMigrations({ url, migrationsFolder, lockTimeoutMs: 700, waitMs: 1_500 });
    await expect(attempt).rejects.toMatchObject({
      code: 'migration_blocked',
      retryable: true,
      message: expect.stringMatching(
        /^0014_stuck_jobs_at_once got no lock within 1\.5 s on report\.stuck_job, held by pid \d+ \(application a long report, .*\)\. To end that: select pg_terminate_backend\(\d+\)\. Then migrate again/,
      ),
    });
    expect(await selectApplied()).toBe(14);
    await reader.query('rollback');
    expect(await runMigrations({ url, migrationsFolder })).toMatchObject({ applied: all - 14, total: all });
  });
});

describe('each migration', () => {
  it('is stored with its row, whatever becomes of the next one, whose name is in the error', async () => {
    const folder = await createMigrations({ first: 'create table mps.one ()', second: 'create table mps.one ()' });
    const attempt = runMigrations({ url, migrationsFolder: folder });
    await expect(attempt).rejects.toMatchObject({
      code: 'database_rejected',
      message: expect.stringMatching(/^second: .*"one" already exists/),
    });
    expect(await selectApplied()).toBe(1);
  });

  it('takes its time where the database sets limits, and says what it is at', async () => {
    const folder = await createMigrations({
      table: `create table mps.thing (n integer) partition by range (n);
        create table mps.few partition of mps.thing for values from (0) to (100);
        create table mps.many partition of mps.thing for values from (100) to (200);`,
      slow: `insert into mps.thing select generate_series(1, 30);
        create function mps.slow(n integer) returns integer language plpgsql immutable as
          $$ begin perform pg_sleep(0.1); return n; end $$;
        create index on mps.thing (mps.slow(n));`,
    });
    const session = await openSession('test');
    // Those of the server: a transaction has had one since PostgreSQL 17.
    const { rows } = await session.query(`
      select current_database() as database, name from pg_settings where name in ('statement_timeout', 'transaction_timeout')`);
    for (const { database, name } of rows) await session.query(`alter database ${database} set ${name} = '1s'`);
    await session.query(`alter database ${rows[0].database} set search_path = mps, public`);
    const told: string[] = [];
    const onProgress = (sentence: string) => told.push(sentence);
    const limited = `${url}?query_timeout=1500`;
    const result = await runMigrations({ url: limited, migrationsFolder: folder, tellEveryMs: 1_000, onProgress });
    expect(result).toMatchObject({ applied: 2 });
    expect(told[0]).toMatch(/^slow has been at work for \d s: an index of mps\.thing, partition 1 of 2$/);
  });

  it('is given up by the server soon after its process was killed, and applied by the next one', async () => {
    const folder = await createMigrations({ slow: 'select pg_sleep(seconds) from public.pause' });
    const session = await openSession('test');
    await session.query('create table public.pause as select 60 as seconds');
    const script = `import { runMigrations } from '#db/migrate.ts';
      await runMigrations(${JSON.stringify({ url, migrationsFolder: folder })});`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    const isAtWork = async () => {
      const { rows } = await session.query(`select from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'`);
      return rows.length > 0;
    };
    await expect.poll(isAtWork, { timeout: 20_000, interval: 50 }).toBe(true);
    await session.query('update public.pause set seconds = 0');
    const killedAt = Date.now();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await runMigrations({ url, migrationsFolder: folder })).toMatchObject({ applied: 1, total: 1 });
    expect(Date.now() - killedAt).toBeLessThan(10_000);
  });

  it('is known by its creation stamp, so that its comments may be corrected after it was applied', async () => {
    const before = await createMigrations({ first: '-- Locks: nine.\nselect 1' });
    await runMigrations({ url, migrationsFolder: before });
    const after = await createMigrations({ first: '-- Locks: none.\nselect 1' });
    expect(await runMigrations({ url, migrationsFolder: after })).toMatchObject({ applied: 0, total: 1 });
  });
});
