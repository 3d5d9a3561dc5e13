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
  ['28P01', 'password authentication failed for user "u"', 'database_login'],
  ['3D000', 'database "none" does not exist', 'database_login'],
  ['08P01', 'password authentication failed', 'database_login'],
  ['08P01', 'no such database: none', 'database_login'],
  ['08P01', 'unsupported startup parameter: options', 'database_login'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'database_login'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'database_login'],
  [undefined, 'The server does not support SSL connections', 'database_login'],
  [undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'database_login'],
  ['53100', 'could not extend file', 'database_unavailable'],
  ['53300', 'too many connections', 'database_unavailable'],
  ['08006', 'connection failure', 'database_unavailable'],
])('of %s "%s" is %s', (code, message, expected) => {
  const error = toDatabaseError(Object.assign(new Error(message), { code }));
  expect(error.code).toBe(expected);
  expect(error.message.includes('not reachable')).toBe(code === '08006');
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
