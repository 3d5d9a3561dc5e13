import { sql } from 'drizzle-orm';
import { expect, inject, it } from 'vitest';
import { askPooler } from '../pgbouncer.ts';
import { findInstalled } from '../postgres-targets.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const target = inject('target');
const releases = { embedded: 18, oldest: 14, installed: findInstalled()?.release, pooled: 18 };

it(`is the server that TEST_POSTGRES names: ${target}`, async () => {
  const [server] = await db.database.query<{ release: number }>(
    sql`select current_setting('server_version_num')::int / 10000 as release`,
  );
  expect(server?.release).toBe(releases[target]);
});

it('finds no table that is not named with its schema', async () => {
  await expect(db.database.query(sql`select from job`)).rejects.toMatchObject({ code: 'schema_missing' });
  expect(await db.database.query(sql`show search_path`)).toEqual([{ search_path: '' }]);
});

if (target === 'pooled') {
  it('is reached through the pooler, which hands out connections by the transaction', async () => {
    await db.database.query(sql`select 1`);
    const name = new URL(db.url).pathname.slice(1);
    const pools = await askPooler<{ database: string; pool_mode: string }>(db.url, 'show pools');
    expect(pools.filter(({ database }) => database === name)).toMatchObject([{ pool_mode: 'transaction' }]);
  });
} else {
  it('is reached without a pooler', async () => {
    await expect(askPooler(db.url, 'show pools')).rejects.toThrow('database "pgbouncer" does not exist');
  });
}
