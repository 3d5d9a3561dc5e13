import { sql } from 'drizzle-orm';
import type { RunReport } from '#core/run.ts';
import type { Database } from '#db/client.ts';

/** As for P3: what a whole run may write that finds nothing changed. */
const walAllowed = 50_000;

/** The place and the writer of every row of a job: another number once any was written again. */
async function selectRows(database: Database): Promise<string> {
  const [row] = await database.query<{ rows: string }>(sql`
    select concat(count(*), ' ', sum(hashtextextended(ctid::text || xmin::text, 0))) as rows from mps.job`);
  return row?.rows ?? '';
}

async function selectWal(database: Database): Promise<number> {
  const [row] = await database.query<{ bytes: number }>(sql`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes`);
  return row?.bytes ?? 0;
}

/**
 * I8: lists everything again, which must write no row of a job and next to no WAL. The least WAL of three times counts:
 * the server writes some of its own accord, such as whole pages after a checkpoint.
 */
export async function readAgain(database: Database, jobs: number, read: () => Promise<RunReport>) {
  await database.query(sql`vacuum`);
  const before = await selectRows(database);
  let walBytes = Number.POSITIVE_INFINITY;
  const breaches: string[] = [];
  for (let round = 0; round < 3 && walBytes > walAllowed; round += 1) {
    const start = await selectWal(database);
    const { outcome, unchanged, inserted, updated, transitions } = await read();
    walBytes = Math.min(walBytes, (await selectWal(database)) - start);
    if (outcome !== 'completed' || unchanged < jobs) {
      breaches.push(`of ${jobs} jobs ${unchanged} were read again, and the run was ${outcome} (I8 says nothing then)`);
    }
    if (inserted + updated + transitions > 0) breaches.push('a job that had not changed was written (I8)');
  }
  if ((await selectRows(database)) !== before)
    breaches.push('rows of jobs were written although none had changed (I8)');
  if (walBytes > walAllowed) breaches.push(`${walBytes} bytes of WAL although nothing had changed (I8)`);
  return { breaches, walBytes };
}
