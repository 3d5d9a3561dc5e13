import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { dumpSchema } from './dump-schema.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
const committed = new URL('../../migrations/schema.txt', import.meta.url);
/** The release of PostgreSQL whose spelling the committed dump has: the embedded one's. */
const spelling = 18;

it('is what migrations/schema.txt says: run "npm run schema" after a migration, and read the difference', async () => {
  const [server] = await db.database.query<{ release: number }>(
    sql`select current_setting('server_version_num')::int / 10000 as release`,
  );
  if (process.env.WRITE_SCHEMA) await writeFile(committed, await dumpSchema(db.database, { withBodies: true }));
  const expected = await readFile(committed, 'utf8');
  if (server?.release === spelling) expect(await dumpSchema(db.database, { withBodies: true })).toBe(expected);
  else {
    const lines = new Set(expected.split('\n'));
    const own = (await dumpSchema(db.database, { withBodies: false })).split('\n');
    expect(own.filter((line) => !lines.has(line))).toEqual([]);
  }
});
