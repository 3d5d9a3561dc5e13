import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import { inTransaction } from '#db/transaction.ts';
import { makeRecord } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { db, writeRecords, select } = useStore();
const denied = { cause: { code: '42501' } };

/** Runs a statement as the reader. */
const read = (statement: string) =>
  inTransaction(db.database, async (tx) => {
    await tx.query(sql`set local role mps_reader`);
    return tx.query(sql.raw(statement));
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

  it('reads no table of mps, partitions made just now included', async () => {
    await db.database.query(sql`select mps.ensure_partitions(array['2031-05-01T00:00:00Z'::timestamptz])`);
    const tables = await listRelations('mps');
    expect(tables).toContainEqual({ name: 'job_y2031m05' });
    for (const { name } of tables)
      await expect(read(`select * from mps.${name} limit 1`), name).rejects.toMatchObject(denied);
  });

  it('calls no function of mps', async () => {
    const functions = await select<{ call: string }>(`
      select format('%s(%s)', oid::regproc, (select string_agg('null::' || format_type(type, null), ', ' order by n)
        from unnest(proargtypes) with ordinality as argument (type, n))) as call
      from pg_proc where pronamespace = 'mps'::regnamespace`);
    expect(functions.length).toBeGreaterThan(20);
    for (const { call } of functions) await expect(read(`select ${call}`), call).rejects.toMatchObject(denied);
  });

  it('is lent rights of the owner by no function', async () => {
    const lent = await select<{ name: string }>(`
      select proname as name from pg_proc
      where prosecdef and pronamespace <> 'pg_catalog'::regnamespace and has_function_privilege('mps_reader', oid, 'execute')`);
    expect(lent).toEqual([]);
  });

  it('neither reads nor moves a sequence', async () => {
    const sequences = await select<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind = 'S' and relnamespace = 'mps'::regnamespace`,
    );
    expect(sequences.length).toBeGreaterThan(2);
    for (const { name } of sequences) {
      await expect(read(`select nextval('${name}')`), name).rejects.toMatchObject(denied);
      await expect(read(`select last_value from ${name}`), name).rejects.toMatchObject(denied);
    }
  });

  it('reads a view that a later migration brings, and neither its tables nor those of others', async () => {
    for (const made of ['mps.later (n integer)', 'public.private (n integer)']) await select(`create table ${made}`);
    await select('create view report.later as select n from mps.later');
    try {
      expect(await read('select n from report.later')).toEqual([]);
      await expect(read('select n from mps.later')).rejects.toMatchObject(denied);
      await expect(read('select n from public.private')).rejects.toMatchObject(denied);
      await expect(read('delete from report.later')).rejects.toMatchObject(denied);
    } finally {
      await select('drop view report.later');
      await select('drop table mps.later, public.private');
    }
  });

  it.each(['delete from report.job', "update report.sync_run set error = 'x'", 'create view report.mine as select 1'])(
    'changes nothing: %s',
    async (statement) => {
      await expect(read(statement)).rejects.toMatchObject(denied);
    },
  );
});

describe("mps_reader, where functions are not everybody's", () => {
  it('reads every view of report all the same, and asks by the keys of texts', async () => {
    const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
    const hardened = createDatabase({ url, connections: 1 });
    try {
      await hardened.query(sql`alter default privileges revoke execute on functions from public`);
      await runMigrations({ url, migrationsFolder: 'migrations' });
      await hardened.query(sql`set role mps_reader`);
      for (const { name } of await listRelations('report')) {
        await hardened.query(sql`select * from report.${sql.identifier(name)} limit 1`);
      }
      await hardened.query(
        sql`select from report.job where report.text_key(creation_time, user_data) = any (report.text_keys(user_data))`,
      );
    } finally {
      await hardened.close();
    }
  });
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
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
      const file = join(folder, name);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('mps_reader', reader));
    }
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
    await expect(asReader.query(sql`select from mps.job`)).rejects.toMatchObject(denied);
    await asReader.close();
  });
});
