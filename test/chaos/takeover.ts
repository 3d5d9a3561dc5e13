import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { Holding } from './worker.ts';

/** Waits until another run has begun under a later fence, looking often: what comes right then has not been read by it yet. */
export async function waitForTakeover(database: Database, { source, fence }: Holding): Promise<void> {
  const isTaken = () =>
    database
      .query(sql`select from mps.sync_run where source = ${source} and fence > ${fence} limit 1`)
      // The server may be away for a while.
      .catch(() => []);
  for (const until = Date.now() + 20_000; Date.now() < until; await delay(5)) if ((await isTaken()).length > 0) return;
}
