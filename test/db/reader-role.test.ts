import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, describe, expect, inject, it } from 'vitest';
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
  const role = `limited_${randomUUID().slice(0, 8)}`;
  const name = `test_${randomUUID().replaceAll('-', '')}`;

  afterAll(async () => {
    const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
    await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
    await server.query(sql`drop role if exists ${sql.identifier(role)}`);
    await server.close();
  });

  it('migrates all the same, and is told what is left to do', async () => {
    const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
    await server.query(sql`create role ${sql.identifier(role)} login password 'limited'`);
    const url = new URL(await ensureDatabase(inject('postgresUrl'), name));
    await server.query(sql`alter database ${sql.identifier(name)} owner to ${sql.identifier(role)}`);
    await server.close();
    url.username = role;
    url.password = 'limited';
    const { applied } = await runMigrations({ url: url.href, migrationsFolder: 'migrations' });
    expect(applied).toBeGreaterThan(0);
    const client = new Client({ connectionString: url.href });
    const warnings: string[] = [];
    client.on('notice', ({ message }) => warnings.push(message ?? ''));
    await client.connect();
    await client.query("select mps.grant_reader('absent_reader')");
    await client.end();
    expect(warnings).toEqual([expect.stringContaining('create role absent_reader nologin')]);
  });
});
