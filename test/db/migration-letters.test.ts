import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { dumpSchema } from './dump-schema.ts';
import { migrateUpTo } from './migrate-up-to.ts';

const tags = readdirSync('migrations')
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace('.sql', ''))
  .sort();

/** The comment that a migration begins with, as one text. */
function readLetter(tag: string): string {
  const lines = readFileSync(`migrations/${tag}.sql`, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(0, end).join('\n').replace(/^-- ?/gm, '');
}

interface RollBack {
  readonly statements: readonly string[];
  /** Whether the statements are all there is to do: some letters end in words ("then the view as in 0003"). */
  readonly isWhole: boolean;
}

/** The statements of "Roll back", up to where it goes on in words. */
function readRollBack(tag: string): RollBack {
  const [, text = ''] = /^Roll back:(.*)$/ms.exec(readLetter(tag)) ?? [];
  const parts = text
    .replace(/\(this [^)]*\)/, '')
    .split(';')
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '');
  const words = parts.findIndex((part) => !/^(drop|alter|insert into) /.test(part));
  return { statements: words === -1 ? parts : parts.slice(0, words), isWhole: words === -1 };
}

let url: string;
let database: WritableDatabase;
/** What each migration leaves, by its tag; they are applied one after the other. */
const schemas = new Map<string, string>();
/** The schema, or nothing where there is none any more. */
async function dump(of: Pick<WritableDatabase, 'drizzle'>): Promise<string> {
  const { rows } = await of.drizzle.execute(sql`select from pg_namespace where nspname in ('mps', 'report')`);
  return rows.length === 0 ? '' : dumpSchema(of, { withBodies: true });
}

beforeAll(async () => {
  url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  database = createDatabase({ url, connections: 1 });
});
afterAll(() => database.close());

/** The schema after some statements, all of which are taken back. */
async function dumpAfter(statements: readonly string[]): Promise<string> {
  const undo = new Error('undo');
  let schema = '';
  const changing = database.drizzle.transaction(async (tx) => {
    for (const statement of statements) await tx.execute(sql.raw(statement));
    schema = await dump({ drizzle: tx as unknown as WritableDatabase['drizzle'] });
    throw undo;
  });
  await expect(changing).rejects.toBe(undo);
  return schema;
}

describe.each(tags)('the letter of migration %s', (tag) => {
  it('says why, which locks, how long, and how to roll back', () => {
    expect(readLetter(tag)).toMatch(/^.+\.\n\nWhy: +\S.*\nLocks: +\S.*\nTime: +\S.*\nRoll back: +\S/s);
  });

  it('says true: what it says to roll back leads to the schema before', async () => {
    await migrateUpTo(url, tag);
    schemas.set(tag, await dump(database));
    const { statements, isWhole } = readRollBack(tag);
    // In a server of many databases the role has grants in others too; there the letter says to leave it.
    const here = statements.filter((statement) => !statement.startsWith('drop role'));
    const after = await dumpAfter(here);
    if (isWhole) expect(after).toBe(schemas.get(tags[tags.indexOf(tag) - 1] ?? '') ?? '');
  });
});

it('has letters whose rolling back is all statements, and some that also need words', () => {
  const whole = tags.filter((tag) => readRollBack(tag).isWhole);
  expect(whole.length).toBeGreaterThanOrEqual(5);
  expect(whole.length).toBeLessThan(tags.length);
});
