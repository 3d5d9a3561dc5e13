import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { callCommand } from './command.ts';

const name = `test_${randomUUID().replaceAll('-', '')}`;
let server: Database;
let DATABASE_URL: string;

beforeAll(async () => {
  server = createDatabase({ url: inject('postgresUrl'), connections: 1 });
  DATABASE_URL = await ensureDatabase(inject('postgresUrl'), name);
});
afterAll(async () => {
  await server.query(sql`drop database if exists ${sql.identifier(name)} with (force)`);
  await server.close();
});

describe('mps-sync migrate', () => {
  it('brings an empty database to this release, then finds nothing to do, and says so in words and as JSON', async () => {
    const first = await callCommand(['migrate'], { DATABASE_URL });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const [, applied, total] = /^Applied (\d+) migration\(s\) \((\d+) in all\)\.\n$/m.exec(first.stdout) ?? [];
    expect(Number(applied)).toBeGreaterThan(9);
    expect(applied).toBe(total);
    const second = await callCommand(['migrate'], { DATABASE_URL });
    expect(second).toEqual({ code: 0, stdout: `The schema is up to date (${total} in all).\n`, stderr: '' });
    const third = await callCommand(['migrate', '--json'], { DATABASE_URL });
    expect(third).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(third.stdout)).toEqual({ applied: 0, total: Number(total), warnings: [] });
  });

  it('says in one sentence that the database does not answer, without its password', async () => {
    const { code, stdout, stderr } = await callCommand(['migrate'], {
      DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/x',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^mps-sync: Postgres is not reachable: [^\n]*\nCheck that it runs, [^\n]*\n$/);
    expect(stderr).not.toContain('s3cret');
  });
});
