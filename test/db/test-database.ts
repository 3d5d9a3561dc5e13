import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, inject } from 'vitest';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';

/** A migrated database of the test file's own, dropped after it. Fields are there from `beforeAll` on. */
export function useDatabase(): { readonly database: WritableDatabase; readonly url: string } {
  const held: { database?: WritableDatabase; url?: string } = {};
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  beforeAll(async () => {
    held.url = await ensureDatabase(inject('postgresUrl'), name, 'template_mps');
    held.database = createDatabase({ url: held.url, connections: 5 });
  });
  afterAll(async () => {
    await held.database?.close();
    const server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
    await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
    await server.close();
  });
  return {
    get database() {
      if (!held.database) throw new Error('the database is there from beforeAll on');
      return held.database;
    },
    get url() {
      if (!held.url) throw new Error('the database is there from beforeAll on');
      return held.url;
    },
  };
}
