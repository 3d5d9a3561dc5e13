import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '#db/client.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { readMigrations } from '#db/migration-files.ts';
import { inTransaction } from '#db/transaction.ts';
import { listBreaks, readThings } from './breaking-changes.ts';
import { migrateUpTo } from './migrate-up-to.ts';
import { useDatabase } from './test-database.ts';

const db = useDatabase();
let released: Awaited<ReturnType<typeof readThings>>;

/** What each later migration leaves, by its tag: that release may meet any of it, for they are applied one by one. */
const later = new Map<string, typeof released>();

/** The schema that the release before was written for: migrations up to its last, as they are committed. */
beforeAll(async () => {
  const { lastMigration } = JSON.parse(await readFile('migrations/meta/released.json', 'utf8')) as {
    lastMigration: string;
  };
  const tags = readMigrations('migrations').map(({ tag }) => tag);
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomUUID().replaceAll('-', '')}`);
  await migrateUpTo(url, lastMigration);
  const database = createDatabase({ url, connections: 1 });
  released = await readThings(database);
  for (const tag of tags.slice(tags.indexOf(lastMigration) + 1)) {
    await migrateUpTo(url, tag);
    later.set(tag, await readThings(database));
  }
  await database.close();
});

/** What a change to this release's schema would break; the change is taken back. */
async function listBreaksOf(...changes: string[]): Promise<string[]> {
  const undo = new Error('undo');
  const found: string[] = [];
  const changing = inTransaction(db.database, async (tx) => {
    for (const change of changes) await tx.query(sql.raw(change));
    found.push(...listBreaks(released, await readThings({ ...db.database, ...tx })));
    throw undo;
  });
  await expect(changing).rejects.toMatchObject({ cause: undo });
  return found;
}

describe('migrations since the release before', () => {
  it('leave all that its statements count on', async () => {
    expect(released.length).toBeGreaterThan(100);
    expect(listBreaks(released, await readThings(db.database))).toEqual([]);
  });

  it('leave it each by itself, too', () => {
    expect(later.size).toBeGreaterThan(0);
    for (const [tag, things] of later) expect([tag, listBreaks(released, things)]).toEqual([tag, []]);
  });

  it.each<[string, string]>([
    ['alter table mps.sync_run drop column calls cascade', 'column mps.sync_run.calls is gone'],
    ['alter table mps.coverage rename since to kept_since', 'column mps.coverage.since is gone'],
    ['alter table mps.job add column region text not null', 'column mps.job.region is new, and an insert must give it'],
    ['alter table mps.job alter run_id set not null', 'column mps.job.run_id must be given now'],
    [
      'alter table mps.rejected_record alter run_id type text',
      'column mps.rejected_record.run_id was "bigint" and is "text"',
    ],
    ['drop view report.stuck_job', 'column report.stuck_job.source is gone'],
    ['drop function mps.ensure_partitions', 'function mps.ensure_partitions(timestamp with time zone[]) is gone'],
    [
      'alter table mps.lease add constraint lease_holder_key unique (holder)',
      'constraint mps.lease.lease_holder_key is new: UNIQUE (holder)',
    ],
    ['alter table mps.lease drop constraint lease_fence_key', 'constraint mps.lease.lease_fence_key is gone'],
    [
      'alter table mps.job_daily drop constraint job_daily_pkey, add constraint job_daily_pkey primary key (day, source)',
      'constraint mps.job_daily.job_daily_pkey was "PRIMARY KEY (code, day, pipeline_id, source, state)" and is "PRIMARY KEY (day, source)"',
    ],
    ['drop index mps.rejected_record_once_idx', 'constraint mps.rejected_record.rejected_record_once_idx is gone'],
  ])('would be caught at: %s', async (change, expected) => {
    expect(await listBreaksOf(change)).toContain(expected);
  });

  it('may add columns that need not be given, tables and functions, and order the columns of a key anew', async () => {
    const added = await listBreaksOf(
      'alter table mps.job add column region text',
      "alter table mps.coverage add column note text not null default ''",
      'create table mps.pipeline (name text not null primary key)',
      'alter table mps.job_daily drop constraint job_daily_pkey, add primary key (day, source, pipeline_id, state, code)',
      'create function mps.one() returns integer language sql as $$ select 1 $$',
    );
    expect(added).toEqual([]);
  });
});
