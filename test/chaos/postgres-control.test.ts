import { describe, expect, it } from 'vitest';
import { toDatabaseError } from '#db/database-error.ts';
import { isDiskFull } from './postgres-control.ts';

const fail = (code: string) => toDatabaseError(Object.assign(new Error('refused'), { code }));

describe('a full disk', () => {
  it('is what Postgres says it is', () => {
    expect(isDiskFull(fail('53100'))).toBe(true);
  });

  it.each([
    ['a server that is shutting down', fail('57P01')],
    ['a connection that was cut', fail('ECONNRESET')],
    ['one that is lost', toDatabaseError(new Error('Connection terminated unexpectedly'))],
  ])('is not %s', (_, error) => {
    expect(isDiskFull(error)).toBe(false);
  });
});
