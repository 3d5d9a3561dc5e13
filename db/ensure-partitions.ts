import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Makes the monthly partitions for the given creation times (epoch seconds). Asks the database once a month seen. */
export function createPartitionKeeper(database: Database, lockMs = 20_000) {
  const known = new Set<string>();
  return {
    async ensure(creationTimes: readonly number[]): Promise<void> {
      const days = new Set(creationTimes.map((time) => Math.floor(time / secondsOfDay)));
      const missing = [...new Set([...days].map(toMonth))].filter((month) => !known.has(month));
      if (missing.length === 0) return;
      const moments = sql.param(missing.map((month) => `${month}-01T00:00:00Z`));
      // A limit that the server keeps: a statement given up only here would go on waiting, and the next one behind it.
      await database.query(sql`
        select mps.ensure_partitions(${moments}::timestamptz[]) from set_config('lock_timeout', ${`${lockMs}`}, true)`);
      for (const month of missing) known.add(month);
    },
    /** Forgets what it knew: retention, or an operator, may have dropped a partition. */
    forget: () => known.clear(),
  };
}

export type PartitionKeeper = ReturnType<typeof createPartitionKeeper>;

const secondsOfDay = 86_400;

const toMonth = (day: number): string => new Date(day * secondsOfDay * 1000).toISOString().slice(0, 7);
