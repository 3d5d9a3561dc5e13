import { beforeAll, beforeEach } from 'vitest';
import { parseRecords } from '#core/job.ts';
import { silentLog } from '#core/log.ts';
import { noCounts, type RunOutcome } from '#core/run.ts';
import { createSyncStore, type SyncStore } from '#db/sync-store.ts';
import { createView, type ViewOptions } from '#view/app.ts';
import { emptyTables } from '../db/store-fixture.ts';
import { useDatabase } from '../db/test-database.ts';

/** A source that is being synced: what the view shows is written the way the sync writes it. */
export interface Writer {
  readonly store: SyncStore;
  readonly runId: number;
  readonly fence: number;
  write(...records: Record<string, unknown>[]): Promise<void>;
  cover(from: number, to: number): Promise<void>;
  finish(outcome: RunOutcome, errorCode?: string): Promise<void>;
}

/**
 * A view of an empty database on this machine, open to it, and writers to fill it. Every test starts empty, or all of
 * them share what is written before the first.
 */
export function useView({ emptyBefore = 'each' }: { emptyBefore?: 'each' | 'all' } = {}) {
  const db = useDatabase();
  (emptyBefore === 'each' ? beforeEach : beforeAll)(() => emptyTables(db.database));
  const createApp = (options: Partial<ViewOptions> = {}) =>
    createView({ database: db.database, tokens: [], access: 'loopback', log: silentLog, ...options });
  return {
    db,
    createApp,
    startWriter: (source = 'default', since = 0) => startWriter(createSyncStore(db.database), source, since),
    get: (path: string) => createApp().request(path),
    /** The body of an answer that must be 200. */
    async getJson<Body>(path: string): Promise<Body> {
      const answer = await createApp().request(path);
      if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Body;
    },
  };
}

async function startWriter(store: SyncStore, source: string, since: number): Promise<Writer> {
  const lease = await store.acquireLease({ name: source, holder: 'test', seconds: 60 });
  const fence = lease?.fence ?? 0;
  await store.upsertCoverage({ source, since, defaultSince: 0, settleSeconds: 5 });
  const runId = await store.insertRun({ source, fence });
  const page = { source, runId, fence, jobs: [], rejections: [] };
  return {
    store,
    runId,
    fence,
    write: async (...records) => {
      await store.writePage({ ...page, ...parseRecords(records) });
    },
    cover: async (from, to) => {
      await store.writePage({ ...page, covers: { from, to } });
    },
    finish: (outcome, errorCode) =>
      store.finishRun({ id: runId, window: undefined, counts: noCounts, outcome, errorCode }),
  };
}
