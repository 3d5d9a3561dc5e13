/** P3: what a run writes that finds nothing changed. */
import { sql } from 'drizzle-orm';
import { createDatabase, type Database } from '#db/client.ts';
import { runOnce } from '#scripts/run-once.ts';
import type { Measure } from './measure.ts';
import { openStage } from './stage.ts';
import { describe, toMedian } from './statistics.ts';

const day = 86_400_000;
const walBar = 50_000;

interface Written {
  readonly updated: number;
  readonly deadRows: number;
  readonly walBytes: number;
}

export const unchangedRun: Measure = async ({ postgres, quick, say }) => {
  const jobs = quick ? 5_000 : 100_000;
  const to = Date.now() - day;
  const from = to - 20 * day;
  const stage = await openStage({ qps: 100, history: { count: jobs, from, to } });
  const url = await postgres.createDatabase('unchanged_run');
  const database = createDatabase({ url, connections: 1 });
  try {
    // So long a lookback makes each run list all of them.
    const source = { since: Math.floor(from / 1000) - 60, lookbackSeconds: 30 * 86_400, historyShare: 1 };
    const first = await runOnce({ databaseUrl: url, url: stage.url, source });
    if (first.inserted !== jobs) throw new Error(`${first.inserted} of ${jobs} jobs were stored`);
    // Only what the server knows of by now it will not clean up again during the rounds.
    await countsTold();
    await database.query(sql`vacuum analyze`);
    const rounds: Written[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      say(`P3 reads ${jobs} unchanged jobs again`);
      const before = await readWritten(database);
      const { unchanged } = await runOnce({ databaseUrl: url, url: stage.url, source });
      if (unchanged < jobs) throw new Error(`only ${unchanged} of ${jobs} jobs were read again`);
      const after = await readWritten(database);
      rounds.push({
        updated: after.updated - before.updated,
        deadRows: after.deadRows - before.deadRows,
        walBytes: after.walBytes - before.walBytes,
      });
    }
    return { figures: toFigures(jobs, rounds), details: { jobs, rounds } };
  } finally {
    await database.close();
    await stage.close();
  }
};

function toFigures(jobs: number, rounds: readonly Written[]) {
  const what = `re-reading ${jobs.toLocaleString('en-US')} unchanged jobs, the whole run`;
  const most = (field: keyof Written) => Math.max(...rounds.map((round) => round[field]));
  const wal = rounds.map(({ walBytes }) => walBytes / 1000);
  const [updated, deadRows] = [most('updated'), most('deadRows')];
  return [
    { id: 'P3', what: `${what}: job rows updated`, bar: '0', measured: String(updated), met: updated === 0 },
    { id: 'P3', what: `${what}: dead tuples`, bar: '0', measured: String(deadRows), met: deadRows === 0 },
    {
      id: 'P3',
      what: `${what}: WAL`,
      bar: '≤ 50 kB',
      measured: `${describe(wal, 1)} kB`,
      met: toMedian(wal) * 1000 <= walBar,
    },
  ];
}

/** Backends tell their counts when they end, at the latest: those of a run have ended with it. */
const countsTold = () => new Promise((resolve) => setTimeout(resolve, 1_500));

/** Of jobs, their history and their counts; that the newest seconds are covered now is news. */
async function readWritten(database: Database): Promise<Written> {
  await countsTold();
  const [row] = await database.query<Written>(sql`
    select sum(n_tup_upd)::float8 as updated, sum(n_dead_tup)::float8 as "deadRows",
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as "walBytes"
    from pg_stat_user_tables
    where schemaname = 'mps' and relname like 'job%'`);
  if (!row) throw new Error('the database keeps no statistics');
  return row;
}
