import { sql } from 'drizzle-orm';
import { jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Client } from 'pg';
import type { StorableJob } from '#core/job.ts';
import type { Database } from '#db/client.ts';
import { copyRows, escapeCopy } from './copy-rows.ts';

/**
 * The table that the comparison writes to: the columns, generated columns, indexes and partitions of `mps.job`, but no
 * trigger, so no history, no counts and no coverage.
 */
const table = pgSchema('bench').table('job', {
  source: text('source').notNull(),
  id: text('id').notNull(),
  creationTime: timestamp('creation_time', { withTimezone: true }).notNull(),
  raw: jsonb('raw').notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true }),
});

/** Makes the table with a partition for each month that `mps.job` has one for. */
export async function createPlainTable(database: Database): Promise<void> {
  await database.query(sql`drop schema if exists bench cascade`);
  await database.query(sql`create schema bench`);
  await database.query(sql`create table bench.job (like mps.job including all) partition by range (creation_time)`);
  const partitions = await database.query<{ name: string; bounds: string }>(sql`
    select relname as name, pg_get_expr(relpartbound, oid) as bounds from pg_class
    where oid in (select inhrelid from pg_inherits where inhparent = 'mps.job'::regclass)`);
  for (const { name, bounds } of partitions) {
    await database.query(sql.raw(`create table bench.${name} partition of bench.job ${bounds}`));
  }
}

const toCopyLine = (job: StorableJob): string =>
  `default\t${job.id}\t${new Date(job.creationTime * 1000).toISOString()}\t${escapeCopy(job.text)}\n`;

/** What {@link copyPlain} sends, made beforehand: the comparison is not charged for it. */
export const toCopyText = (jobs: readonly StorableJob[]): Buffer => Buffer.from(jobs.map(toCopyLine).join(''));

export const copyPlain = (client: Client, copyText: Buffer): Promise<void> =>
  copyRows(client, 'copy bench.job (source, id, creation_time, raw) from stdin', copyText);

/** The usual way with Drizzle: an upsert of the page's rows as values. */
export async function upsertValues(database: Database, jobs: readonly StorableJob[]): Promise<void> {
  const rows = jobs.map(({ id, creationTime, raw }) => ({
    source: 'drizzle',
    id,
    creationTime: new Date(creationTime * 1000),
    raw,
  }));
  await database.drizzle
    .insert(table)
    .values(rows)
    .onConflictDoUpdate({
      target: [table.id, table.source, table.creationTime],
      set: { raw: sql`excluded.raw`, changedAt: sql`now()` },
    });
}
