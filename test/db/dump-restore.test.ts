import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { runOnce } from '#scripts/run-once.ts';
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import { findInstalled, startTarget } from '../postgres-targets.ts';
import { dumpSchema } from './dump-schema.ts';

/** The system's own server, whose release its pg_dump is of: that of the embedded one is in no package. */
const installed = findInstalled();
const programs = installed && dirname(installed.pg_ctl);
const isMissing = !programs || !existsSync(join(programs, 'pg_dump'));
const undo: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const step of undo.reverse()) await step();
});

const run = (program: string, ...words: string[]) =>
  promisify(execFile)(join(programs ?? '', program), words).then(
    () => ({ code: 0, errors: [] as string[] }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, errors: stderr.match(/^.*error: .*$/gm) ?? [] }),
  );

async function open(serverUrl: string, name: string) {
  const url = await ensureDatabase(serverUrl, name);
  const database = createDatabase({ url });
  undo.push(() => database.close());
  return { url, database };
}

/** What each table of mps holds, as one hash each. */
async function readTables(database: Database): Promise<Record<string, string>> {
  const tables = await listRelations(database, 'mps');
  const hashes: Record<string, string> = {};
  for (const name of tables) {
    const [row] = await database.query<{ hash: string }>(sql`
      select count(*) || ' ' || md5(coalesce(string_agg(row::text, e'\n' order by row::text), '')) as hash
      from ${sql.raw(name)} as row`);
    hashes[name] = row?.hash ?? '';
  }
  return hashes;
}

async function listRelations(database: Database, schema: string): Promise<string[]> {
  const rows = await database.query<{ name: string }>(sql`
    select relnamespace::regnamespace || '.' || relname as name from pg_class
    where relnamespace = ${schema}::regnamespace and relkind in ('r', 'p', 'v') order by 1`);
  return rows.map(({ name }) => name);
}

const mayRead = async (database: Database): Promise<boolean> => {
  const [row] = await database.query<{ may: boolean }>(sql`
    select exists (select from pg_roles where rolname = 'mps_reader')
      and has_schema_privilege('mps_reader', 'report', 'usage')
      and has_table_privilege('mps_reader', 'report.job', 'select') as may`);
  return row?.may ?? false;
};

describe('a copy that was dumped and restored', () => {
  it('is the same in every table, answers in every view, and is kept on', { timeout: 180_000 }, async ({ skip }) => {
    skip(isMissing, 'there is no pg_dump of Debian here: apt-get install postgresql');
    const directory = await mkdtemp(join(tmpdir(), 'mps-sync-dump-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const server = await startTarget('installed', directory);
    undo.push(() => server.stop());
    const simulator = await startSimulator();
    undo.push(() => simulator.close());
    const minute = 60_000;
    const now = Date.now();
    seedHistory(simulator.model, { count: 2_000, from: now - 40 * 24 * 60 * minute, to: now - 2 * minute });
    const since = Math.floor(now / 1000) - 41 * 24 * 3600;

    const old = await open(server.url, 'old');
    await runMigrations({ url: old.url, migrationsFolder: 'migrations' });
    const first = await runOnce({ databaseUrl: old.url, url: simulator.url, source: { since } });
    expect(first).toMatchObject({ outcome: 'completed', inserted: 2_000 });
    expect(await mayRead(old.database)).toBe(true);

    const file = join(directory, 'mps-sync.dump');
    const only = ['--schema=mps', '--schema=report'];
    expect(await run('pg_dump', '--format=custom', ...only, `--file=${file}`, old.url)).toMatchObject({ code: 0 });
    const tables = await readTables(old.database);
    const schema = await dumpSchema(old.database, { withBodies: true });
    await old.database.query(sql`drop owned by mps_reader`);
    await old.database.query(sql`drop role mps_reader`);

    const restored = await open(server.url, 'restored');
    const { errors } = await run('pg_restore', '--no-owner', `--dbname=${restored.url}`, file);
    expect(errors.filter((error) => !error.includes('role "mps_reader" does not exist'))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
    expect(await readTables(restored.database)).toEqual(tables);
    for (const view of await listRelations(restored.database, 'report')) {
      await restored.database.query(sql`select count(*) from ${sql.raw(view)}`);
    }

    // Its grants are lost, migrating does not bring them back, and the function that the page names does.
    expect(await runMigrations({ url: restored.url, migrationsFolder: 'migrations' })).toMatchObject({ applied: 0 });
    expect(await mayRead(restored.database)).toBe(false);
    await restored.database.query(sql`select mps.grant_reader()`);
    expect(await mayRead(restored.database)).toBe(true);
    expect(await dumpSchema(restored.database, { withBodies: true })).toBe(schema);

    seedHistory(simulator.model, { count: 50, from: now - 2 * minute, to: now - minute });
    const next = await runOnce({ databaseUrl: restored.url, url: simulator.url, source: { since } });
    expect(next).toMatchObject({ outcome: 'completed', inserted: 50, rejected: 0 });
  });
});
