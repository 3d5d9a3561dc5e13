import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';

const name = `test_${randomUUID().replaceAll('-', '')}`;
const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
let database: Database | undefined;

/** A database whose own locale is ICU's, which PostgreSQL has from 15 on, where it was built with it. */
beforeAll(async () => {
  const [{ offered } = { offered: false }] = await server.query<{ offered: boolean }>(sql`
    select current_setting('server_version_num')::int >= 150000
      and exists (select from pg_collation where collprovider = 'i') as offered`);
  if (!offered) return;
  await server.query(sql`
    create database ${sql.identifier(name)} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'`);
  const url = await ensureDatabase(inject('postgresUrl'), name);
  await runMigrations({ url, migrationsFolder: 'migrations' });
  database = createDatabase({ url, connections: 1 });
});
beforeEach(({ skip }) => skip(database === undefined, 'this server has no databases with an ICU locale'));
afterAll(async () => {
  await database?.close();
  await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
  await server.close();
});

const query = async <Row extends object>(statement: ReturnType<typeof sql>) =>
  (await database?.query<Row>(statement)) ?? [];

it.each<[string, string | null]>([
  ['12', '12'],
  ['٣', null],
  ['१२', null],
  ['１２', null],
  ['1٣', null],
  ['²', null],
  ['', null],
])('stores a job whose count is %j, and has %j for it', async (told, expected) => {
  const at = '2026-03-01T00:00:00Z';
  await query(sql`select mps.ensure_partitions(array[${at}::timestamptz])`);
  const [job] = await query(sql`
    insert into mps.job (source, id, creation_time, raw)
    values ('default', ${randomUUID()}, ${at}, jsonb_build_object('Count', ${told}::text, 'TileCount', ${told}::text))
    returning count, tile_count`);
  expect(job).toEqual({ count: expected, tile_count: expected });
});

it('leaves to the locale neither what a digit, a letter or a space is, nor which case a letter has', async () => {
  const functions = await query<{ name: string; definition: string }>(sql`
    select oid::regprocedure::text as name, pg_get_functiondef(oid) as definition from pg_proc
    where pronamespace in ('mps'::regnamespace, 'report'::regnamespace) and prokind = 'f'`);
  expect(functions.length).toBeGreaterThan(20);
  const asksLocale = /\\[dws]|\[\[:|~\*|ilike|similar to|initcap\(/i;
  expect(functions.filter(({ definition }) => asksLocale.test(definition)).map(({ name }) => name)).toEqual([]);
});
