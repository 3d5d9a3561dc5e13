import type { StorableJob } from '#core/job.ts';
import { startWalk, takePage } from '#core/walk.ts';
import { createDatabase } from '#db/client.ts';
import { createSyncStore } from '#db/sync-store.ts';
import { toPages } from './make-jobs.ts';

export const pageSize = 300;

/** Of each connection. */
const walkers = 5;

/** Writes jobs the way the sync does: pages of 300 with their coverage, on several connections at once. */
export async function createPageWriter(url: string, connections: number) {
  // Storing takes milliseconds, tidying up after it may take a minute.
  const database = createDatabase({ url, connections, statementTimeoutMs: 600_000 });
  const store = createSyncStore(database);
  const source = 'default';
  const lease = await store.acquireLease({ name: source, holder: 'bench', seconds: 36_000 });
  const fence = lease?.fence ?? 1;
  await store.upsertCoverage({ source, since: undefined, defaultSince: 0, settleSeconds: 5 });
  const runId = await store.insertRun({ source, fence });

  /** One walk over its part of time, newest first. */
  async function writePages(pages: (readonly StorableJob[])[]): Promise<void> {
    const range = { from: pages.at(-1)?.at(-1)?.creationTime ?? 0, to: (pages[0]?.[0]?.creationTime ?? 0) + 1 };
    let walk = startWalk(range, range.to);
    for (const [index, jobs] of pages.entries()) {
      const step = takePage(walk, jobs, index < pages.length - 1 ? 'more' : undefined);
      walk = step.walk;
      await store.writePage({ source, runId, fence, jobs, rejections: [], covers: step.covers });
    }
  }
  return {
    database,
    /**
     * Each walker has its own part of the pages, as it has its own range in a sync. There are more walkers than connections, so
     * that a page is ready whenever a connection is: a sync has some ten.
     */
    async write(jobs: readonly StorableJob[]): Promise<void> {
      const pages = toPages(jobs, pageSize);
      await Promise.all(toPages(pages, Math.ceil(pages.length / (walkers * connections))).map(writePages));
    },
    close: () => database.close(),
  };
}

export type PageWriter = Awaited<ReturnType<typeof createPageWriter>>;
