import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { inTransaction } from '#db/transaction.ts';
import { dumpSchema, dumpWithin, withoutBodies } from './dump-schema.ts';
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
  else expect(await dumpSchema(db.database, { withBodies: false })).toBe(withoutBodies(expected));
});

it('is compared in full with other releases of PostgreSQL too, but for the bodies that they spell otherwise', async () => {
  const whole = await dumpSchema(db.database, { withBodies: true });
  expect(withoutBodies(whole)).toBe(await dumpSchema(db.database, { withBodies: false }));
});

it.each([
  'revoke select on report.job from mps_reader',
  'revoke usage on schema report from mps_reader',
  'grant execute on function mps.to_key to mps_reader',
  'alter default privileges in schema report revoke select on tables from mps_reader',
  'revoke execute on function mps.write_page from public',
  'grant select on mps.job to mps_reader',
  'grant select on mps.job to public',
  "comment on function mps.to_key is 'A key'",
])('would be another after: %s', async (change) => {
  const before = await dumpSchema(db.database, { withBodies: false });
  const undo = new Error('undo');
  const changing = inTransaction(db.database, async (tx) => {
    await tx.query(sql.raw(change));
    const after = await dumpWithin(tx, { withBodies: false });
    expect(after).not.toBe(before);
    throw undo;
  });
  await expect(changing).rejects.toMatchObject({ cause: undo });
});
