import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOutcome } from '#core/run.ts';
import { selectSourceHealth } from '#db/alert-facts.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { selectSources } from '#db/select-health.ts';
import { selectRunTotals } from '#db/select-run-totals.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';
import { makeRecord } from './sample-jobs.ts';
import { source, useStore } from './store-fixture.ts';

const { db, writeRecords } = useStore();
const runs = 20_000;

/** Two weeks of a run a minute, all ended, and all alike. */
async function fillRuns(outcome: RunOutcome): Promise<void> {
  await db.database.query(sql`
    insert into mps.sync_run (source, fence, started_at, finished_at, outcome, calls)
    select ${source}, 0, now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '4 s', ${outcome}, 5
    from generate_series(1, ${runs}::int) as n`);
  await db.database.query(sql`analyze mps.sync_run`);
}

/** How many runs the server looks at for some work. What the connection did before may still be in its numbers. */
async function countReadRuns(work: (database: WritableDatabase) => Promise<unknown>): Promise<number> {
  return inTransaction(db.database, async (tx) => {
    const before = await readCounter(tx);
    await work({ ...db.database, ...tx });
    return (await readCounter(tx)) - before;
  });
}

async function readCounter(transaction: Transaction): Promise<number> {
  const [row] = await transaction.query<{ read: number }>(sql`
    select (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
    from pg_stat_xact_user_tables where relid = 'mps.sync_run'::regclass`);
  return row?.read ?? Number.NaN;
}

const ask = (query: SQL) => (database: Database) => database.query(query);
const dayAgo = Date.now() / 1000 - 86_400;

/** What is asked of runs, and how many of them may be looked at for it. */
const questions: [string, (database: WritableDatabase) => Promise<unknown>, number][] = [
  ['opening a run', (database) => createSyncStore(database).insertRun({ source, fence: 2 }), 10],
  ['report.sync_health', ask(sql`select * from report.sync_health`), 100],
  ['the newest runs', ask(sql`select * from report.sync_run order by started_at desc limit 50`), 60],
  [
    'the runs of a day',
    ask(sql`select outcome, count(*) from report.sync_run where started_at > now() - interval '1 day' group by 1`),
    1_500,
  ],
  ['the totals of a day', (database) => selectRunTotals(database, dayAgo), 1_500],
  ['the sources of the view', (database) => selectSources(database, dayAgo), 10],
  ['the health that alerts go by', (database) => selectSourceHealth(database, { sources: [source], gapsFrom: 0 }), 10],
  ['a page that changes a job', ask(sql`update mps.job set raw = raw || '{"State": "Fail"}', changed_at = now()`), 10],
];

describe.each<RunOutcome>(['completed', 'partial', 'failed', 'skipped'])('of runs that are all %s', (outcome) => {
  beforeEach(async () => {
    await fillRuns(outcome);
    await writeRecords(makeRecord({ State: 'Submitted' }));
  });

  it.each(questions)('%s looks at few', async (_, work, most) => {
    expect(await countReadRuns(work)).toBeLessThanOrEqual(most);
  });

  it('all are counted that are looked at', async () => {
    expect(await countReadRuns(ask(sql`select sum(calls) from report.sync_run`))).toBeGreaterThanOrEqual(runs);
  });
});
