import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { makeRecord } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, writeRecords } = useStore();

/** Runs a statement as the reader. */
const read = (statement: string) =>
  db.database.drizzle.transaction(async (tx) => {
    await tx.execute(sql`set local role mps_reader`);
    return (await tx.execute(sql.raw(statement))).rows;
  });

const listRelations = (schema: string) =>
  db.database.query<{ name: string }>(sql`
    select relname as name from pg_class where relnamespace = ${schema}::regnamespace and relkind in ('r', 'p', 'v')`);

describe('mps_reader', () => {
  it('reads every view of report', async () => {
    await writeRecords(makeRecord());
    const views = await listRelations('report');
    expect(views.length).toBeGreaterThanOrEqual(7);
    for (const { name } of views) await read(`select * from report.${name} limit 1`);
    expect(await read('select count(*)::int as jobs from report.job')).toEqual([{ jobs: 1 }]);
  });

  it('reads no table of mps and calls no function of it', async () => {
    const denied = { cause: { code: '42501' } };
    for (const { name } of await listRelations('mps')) {
      await expect(read(`select * from mps.${name} limit 1`), name).rejects.toMatchObject(denied);
    }
    await expect(read('select mps.recount_jobs()')).rejects.toMatchObject(denied);
  });

  it.each(['delete from report.job', "update report.sync_run set error = 'x'", 'create view report.mine as select 1'])(
    'changes nothing: %s',
    async (statement) => {
      await expect(read(statement)).rejects.toMatchObject({ cause: { code: '42501' } });
    },
  );
});

describe('a migrating role without the right to create roles', () => {
  const suffix = randomUUID().slice(0, 8);
  const [role, reader, name] = [`limited_${suffix}`, `reader_${suffix}`, `test_${randomUUID().replaceAll('-', '')}`];
  const folder = mkdtempSync(join(tmpdir(), 'mps-sync-migrations-'));
  const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
  let url: string;

  /** The migrations, but that the reader is called otherwise: the role mps_reader is there already, for all databases. */
  beforeAll(async () => {
    cpSync('migrations', folder, { recursive: true });
    const file = join(folder, '0007_reader.sql');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('mps_reader', reader));
    await server.query(sql`create role ${sql.identifier(role)} login password 'limited'`);
    const own = new URL(await ensureDatabase(inject('postgresUrl'), name));
    await server.query(sql`alter database ${sql.identifier(name)} owner to ${sql.identifier(role)}`);
    own.username = role;
    own.password = 'limited';
    url = own.href;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
    await server.query(sql`drop role if exists ${sql.identifier(reader)}`);
    await server.query(sql`drop role if exists ${sql.identifier(role)}`);
    await server.close();
  });

  it('migrates all the same, and is told what to run, which then makes the reader', async () => {
    const { applied, warnings } = await runMigrations({ url, migrationsFolder: folder });
    expect(applied).toBeGreaterThan(0);
    expect(warnings).toEqual([expect.stringContaining(`${role} may not create roles`)]);
    const [createRole = '', grant = ''] = [...(warnings[0] ?? '').matchAll(/"([^"]+)"/g)].map(([, text]) => text ?? '');
    await server.query(sql.raw(createRole));
    const limited = createDatabase({ url, connections: 1 });
    await limited.query(sql.raw(grant));
    await limited.close();
    await server.query(sql`alter role ${sql.identifier(reader)} login password 'letin'`);
    const asReader = createDatabase({ url: url.replace(`${role}:limited`, `${reader}:letin`), connections: 1 });
    expect(await asReader.query(sql`select count(*)::int as jobs from report.job`)).toEqual([{ jobs: 0 }]);
    await expect(asReader.query(sql`select from mps.job`)).rejects.toMatchObject({ cause: { code: '42501' } });
    await asReader.close();
  });
});
