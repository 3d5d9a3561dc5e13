import { sql } from 'drizzle-orm';
import { beforeEach } from 'vitest';
import { parseRecords } from '#core/job.ts';
import { createSyncStore, type SyncStore } from '#db/sync-store.ts';
import type { PageCounts, PageWrite } from '#db/write-page.ts';
import { useDatabase } from './test-database.ts';

/** The source whose pages {@link useStore} writes. */
export const source = 'default';

/** A database of the test file's own, empty before each test, with the lease of `source` held and a run under way. */
export function useStore() {
  const db = useDatabase();
  const held: { store?: SyncStore; fence: number; runId: number } = { fence: 0, runId: 0 };
  const store = () => {
    if (!held.store) throw new Error('the store is there from beforeEach on');
    return held.store;
  };
  beforeEach(async () => {
    await emptyTables(db.database);
    held.store = createSyncStore(db.database);
    held.fence = (await store().acquireLease({ name: source, holder: 'test', seconds: 60 }))?.fence ?? 0;
    await store().upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 });
    held.runId = await store().insertRun({ source, fence: held.fence });
  });
  const write = (page: Partial<PageWrite>): Promise<PageCounts> =>
    store().writePage({ source, runId: held.runId, fence: held.fence, jobs: [], rejections: [], ...page });
  return {
    db,
    store,
    run: () => ({ source, runId: held.runId, fence: held.fence }),
    write,
    writeRecords: (...records: Record<string, unknown>[]) => write(parseRecords(records)),
    /** The rows of a query, as the driver gives them. */
    select: <Row extends object>(query: string) => db.database.query<Row>(sql.raw(query)),
  };
}

/** Empties all that a sync writes; the counts too, which no trigger keeps when a table is truncated. */
export async function emptyTables(database: ReturnType<typeof useDatabase>['database']): Promise<void> {
  await database.query(sql`
    truncate mps.job, mps.job_transition, mps.job_hourly, mps.job_daily, mps.job_time_hourly, mps.coverage, mps.sync_run, mps.lease,
      mps.rejected_record, mps.alert_event, mps.alert_group, mps.alert_delivery, mps.alert_attempt, mps.alert_silence,
      mps.alert_channel, mps.alert_state`);
}
