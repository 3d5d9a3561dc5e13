import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { AppError } from '#core/errors.ts';

/**
 * Holds an advisory lock in a transaction of its own connection for as long as the work takes. A transaction's lock,
 * because a session's could not be trusted behind a transaction-mode pooler; tried again and again and not waited
 * for, so that those who wait hold no connection of the pooler's that the one at work may need.
 */
export async function withMigrationLock<T>(locker: Client, waitMs: number, work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + waitMs; !(await tryLock(locker)); ) {
    if (Date.now() > deadline) {
      throw new AppError(
        'database_unavailable',
        `another migration still runs after ${waitMs / 1000} s: try again later`,
      );
    }
    await delay(50 + Math.random() * 100);
  }
  try {
    return await work();
  } finally {
    await locker.query('rollback');
  }
}

async function tryLock(locker: Client): Promise<boolean> {
  await locker.query('begin');
  await locker.query(`
    select set_config(name, '0', true) from pg_settings
    where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`);
  const { rows } = await locker.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('mps-sync'), hashtext('migrate')) as locked",
  );
  if (!rows[0]?.locked) await locker.query('rollback');
  return rows[0]?.locked ?? false;
}
