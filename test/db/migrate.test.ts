import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import * as schema from '#db/schema.ts';
import { useDatabase } from './test-database.ts';

const migrationsFolder = 'migrations';

async function withEmptyDatabase(work: (url: string, database: Database) => Promise<void>): Promise<void> {
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  const database = createDatabase({ url });
  try {
    await work(url, database);
  } finally {
    await database.close();
  }
}

describe('migrations', () => {
  it('are applied once when twenty processes start at the same moment', async () => {
    await withEmptyDatabase(async (url) => {
      const results = await Promise.all(Array.from({ length: 20 }, () => runMigrations({ url, migrationsFolder })));
      const [total] = results.map((result) => result.total);
      expect(total).toBeGreaterThan(0);
      expect(results.map(({ applied }) => applied).sort()).toEqual([...Array.from({ length: 19 }, () => 0), total]);
    });
  });

  it('refuse a database that a newer release has migrated, and leave it alone', async () => {
    await withEmptyDatabase(async (url, database) => {
      await runMigrations({ url, migrationsFolder });
      await database.query(sql`insert into mps.schema_migration (hash, created_at) values ('later', 4102444800000)`);
      const attempt = runMigrations({ url, migrationsFolder });
      await expect(attempt).rejects.toMatchObject({
        code: 'schema_newer',
        message: expect.stringContaining('2100-01-01'),
      });
    });
  });

  it('refuse a database that is not in UTF-8 before anything is made there', async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
    await server.query(sql`create database ${sql.identifier(name)} encoding 'LATIN1' locale 'C' template template0`);
    const url = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href;
    await expect(runMigrations({ url, migrationsFolder })).rejects.toMatchObject({
      code: 'database_unsuitable',
      message: 'a database in UTF8 is needed, and this one is in LATIN1',
    });
    const database = createDatabase({ url, connections: 1 });
    expect(await database.query(sql`select nspname from pg_namespace where nspname = 'mps'`)).toEqual([]);
    await database.close();
    await server.query(sql`drop database ${sql.identifier(name)} with (force)`);
    await server.close();
  });

  it('say in one sentence that the server is not there', async () => {
    const attempt = runMigrations({ url: 'postgres://nobody:hidden@127.0.0.1:1/none', migrationsFolder });
    await expect(attempt).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.not.stringContaining('hidden'),
    });
  });
});

describe('the Drizzle schema', () => {
  const db = useDatabase();
  const tables = Object.entries(schema).filter(([name]) => name !== 'mps') as [string, PgTable][];

  it.each(tables)('names the columns of %s as the database has them', async (_, table) => {
    const { name, columns } = getTableConfig(table);
    const rows = await db.database.query<{ name: string; type: string; nullable: boolean; written: boolean }>(sql`
      select attname as name, format_type(atttypid, null) as type, not attnotnull as nullable,
        attgenerated = '' and attidentity = '' as written
      from pg_attribute
      where attrelid = ${`mps.${name}`}::regclass and attnum > 0 and not attisdropped
      order by attnum`);
    const declared = columns.map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      nullable: !column.notNull,
      written: column.generated === undefined && column.generatedIdentity === undefined,
    }));
    expect(declared).toEqual(rows);
  });
});
