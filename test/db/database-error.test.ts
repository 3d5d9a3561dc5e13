import { sql } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { toDatabaseError } from '#db/database-error.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();

it.each([
  ['select mps.no_such_function(1)', 'schema_missing'],
  ["select mps.drop_month('2026-01-01', 1, 2, 3)", 'schema_missing'],
  ['select * from mps.no_such_table', 'schema_missing'],
  ['select no_such_column from mps.job', 'schema_missing'],
  ['select no_such_function(1)', 'database_rejected'],
  ["select state = 1 from mps.job where state = 'Fail'", 'database_rejected'],
  ['select sum(job) from mps.job', 'database_rejected'],
  ['select job + job from mps.job', 'database_rejected'],
])('of "%s" is %s', async (statement, code) => {
  await expect(db.database.query(sql.raw(statement))).rejects.toMatchObject({ code });
});

it.each([
  ['Funktion mps.to_month(unknown) existiert nicht', 'schema_missing'],
  ['関数mps.to_month(unknown)は存在しません', 'schema_missing'],
  ['Operator existiert nicht: mps.job = integer', 'database_rejected'],
  ['Funktion other.mps.to_month(unknown) existiert nicht', 'database_rejected'],
])('in the words of another language is told the same: %s', (message, code) => {
  const error = Object.assign(new DatabaseError(message, message.length, 'error'), { code: '42883' });
  expect(toDatabaseError(error).code).toBe(code);
});
