import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type WritableDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';
import { dumpWithin } from './dump-schema.ts';
import { readLetter, readParagraph, readRollBack, tags } from './letter.ts';
import { migrateUpTo } from './migrate-up-to.ts';

let url: string;
let database: WritableDatabase;
/** What each migration leaves, by its tag; they are applied one after the other. */
const schemas = new Map<string, string>();
/** The schema, or nothing where there is none any more. */
async function dump(transaction: Transaction): Promise<string> {
  const rows = await transaction.query(sql`select from pg_namespace where nspname in ('mps', 'report')`);
  return rows.length === 0 ? '' : dumpWithin(transaction, { withBodies: true });
}

beforeAll(async () => {
  url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  database = createDatabase({ url, connections: 1 });
});
afterAll(() => database.close());

/** What a connection finds after some statements, all of which are taken back. */
async function lookAfter<Result>(
  statements: readonly string[],
  look: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const undo = new Error('undo');
  const held: { result?: Result } = {};
  const changing = inTransaction(database, async (tx) => {
    for (const statement of statements) await tx.query(sql.raw(statement));
    held.result = await look(tx);
    throw undo;
  });
  await expect(changing).rejects.toMatchObject({ cause: undo });
  return held.result as Result;
}

interface Lock {
  readonly name: string;
  readonly against: 'against writers' | 'against readers and writers';
}

/** The tables and views that were there before and that the transaction has locked so that others wait. */
async function selectLocks(transaction: Transaction, before: readonly string[]): Promise<Lock[]> {
  const rows = await transaction.query<{ name: string; shut: boolean }>(sql`
    select relnamespace::regnamespace || '.' || relname as name, bool_or(mode = 'AccessExclusiveLock') as shut
    from pg_locks join pg_class on oid = coalesce(pg_partition_root(relation), relation)
    where pid = pg_backend_pid() and relkind in ('r', 'p', 'v')
      and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    group by 1 order by 1`);
  return rows
    .filter(({ name }) => before.includes(name))
    .map(({ name, shut }) => ({ name, against: shut ? 'against readers and writers' : 'against writers' }));
}

async function selectRelations(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(sql`
    select relnamespace::regnamespace || '.' || relname as name from pg_class
    where relnamespace::regnamespace::text in ('mps', 'report') and relkind in ('r', 'p', 'v')`);
  return rows.map(({ name }) => name);
}

/** A schema without what it says about its things. */
const withoutComments = (schema: string) => schema.replace(/^ {2}comment .*\n/gm, '').replace(/ {2}-- .*$/gm, '');

describe.each(tags)('the letter of migration %s', (tag) => {
  it('says why, which locks, how long, and how to roll back', () => {
    expect(readLetter(tag)).toMatch(/^.+\.\n\nWhy: +\S.*\nLocks: +\S.*\nTime: +\S.*\nRoll back: +\S/s);
  });

  it('says true: which tables and views it keeps others from', async () => {
    await migrateUpTo(url, tags[tags.indexOf(tag) - 1]);
    const before = await selectRelations();
    const locks = await lookAfter([readFileSync(`migrations/${tag}.sql`, 'utf8')], (of) => selectLocks(of, before));
    const sentences = readParagraph(tag, 'Locks').split(/[.;:] /);
    const untold = locks.filter(
      ({ name, against }) => !sentences.some((said) => said.includes(name) && said.includes(against)),
    );
    expect(untold).toEqual([]);
    if (locks.length === 0) expect(sentences[0]).toMatch(/^none/);
  });

  it('says true: what it says to roll back leads to the schema before', async () => {
    await migrateUpTo(url, tag);
    schemas.set(tag, await inTransaction(database, dump));
    // In a server of many databases the role has grants in others too; there the letter says to leave it.
    const here = readRollBack(tag).filter((statement) => !statement.startsWith('drop role'));
    const after = await lookAfter(here, dump);
    const before = schemas.get(tags[tags.indexOf(tag) - 1] ?? '') ?? '';
    const compared = /the comments .* may stay/.test(readParagraph(tag, 'Roll back')) ? withoutComments : String;
    expect(compared(after)).toBe(compared(before));
  });
});
