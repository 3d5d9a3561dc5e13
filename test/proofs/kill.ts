/**
 * A backfill whose process is killed (SIGKILL) at random moments, over real sockets and a real Postgres. At the end every
 * job must be stored as MPS lists it, with each of its transitions once; no kill may have cost more than a page for each
 * listing that was under way, as the server counts, and fewer than 2% of the jobs may have been read again after they had
 * been stored. In bursts more are: a second is covered when all of it is read, and theirs hold hundreds.
 */
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres } from '#scripts/postgres.ts';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { toDoubleSource } from '#scripts/run-once.ts';
import { createUndo } from '#scripts/undo.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import { toComparable } from '../to-comparable.ts';
import { killReader } from './kill-reader.ts';
import { ReadLog } from './read-log.ts';

const usage = `npm run proof:kill -- [kills, else 100] [jobs, else 200000] [uniform|bursty]
Kills a backfill over and over, then compares what is stored with what MPS lists.`;
const { positionals } = readArguments(usage, { allowPositionals: true });
const kills = readNumber(usage, 'kills', positionals[0] ?? '100');
const jobs = readNumber(usage, 'jobs', positionals[1] ?? '200000');
const skew = positionals[2] === 'bursty' ? 'bursty' : 'uniform';
const day = 86_400_000;
const to = Date.now() - day;
const from = to - 60 * day;
/** Jobs a page. */
const pageSize = 300;
/** The lease of the last life takes up to a second to lapse. */
const lifeMs = () => 1_000 + Math.random() * 2_000;
/** So many that the backfill just outlives its kills. */
const callsPerSecond = Math.max(1, Math.floor((0.7 * jobs) / pageSize / kills));

const undo = createUndo();
const close = closeOnSignal(undo.run);
const postgres = await openPostgres();
undo.add(() => postgres.close());
const log = new ReadLog();
const simulator = await startSimulator({
  qps: 0,
  latencyMs: { mean: 15, jitter: 10 },
  onListing: (listing) => log.served(listing, performance.now()),
});
undo.add(() => simulator.close());
seedHistory(simulator.model, { count: jobs, from, to, skew });
const databaseUrl = await postgres.createDatabase('kill');
const database = createDatabase({ url: databaseUrl });
undo.add(() => database.close());
const source = {
  ...toDoubleSource(simulator.url, { since: Math.floor(from / 1000) - 60, callsPerSecond, historyShare: 1 }),
  endpoint: simulator.url,
};
const env = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
};

try {
  const killed = await killReader({
    task: { databaseUrl, source, env },
    log,
    kills,
    lifeMs,
    // What is left of the jobs takes about half a second a kill.
    lastLifeMs: 600_000 + kills * 2_000,
    onKill: async (count) => {
      log.stored(await readStored());
      if (count % 10 === 0) process.stdout.write(`${count} kills, ${await countStored()} of ${jobs} jobs stored\n`);
    },
  });
  await report(killed);
} finally {
  await close();
}

/** Those of the last life among them, at least. */
async function readStored(): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from mps.job where first_seen_at > now() - interval '1 minute'`);
  return rows.map(({ id }) => id);
}

async function countStored(): Promise<number> {
  const [row] = await database.query<{ count: number }>(sql`select count(*)::int as count from mps.job`);
  return row?.count ?? 0;
}

async function report(killed: number): Promise<void> {
  const rows = await database.query<{ id: string; raw: unknown }>(sql`select id, raw from mps.job`);
  const stored = new Map(rows.map(({ id, raw }) => [id, toComparable(raw)]));
  const different = simulator.model.all().filter((job) => stored.get(String(job.Id)) !== toComparable(job)).length;
  const [twice] = await database.query<{ count: number }>(sql`
    select count(*)::int as count from (
      select from mps.job_transition group by source, job_id, to_state having count(*) > 1) as repeated`);
  const [counts] = await database.query<{ transitions: number }>(sql`
    select count(*)::int as transitions from mps.job_transition`);
  const calls = simulator.traffic.calls;
  const needed = Math.ceil(jobs / pageSize);
  const result = {
    skew,
    killed,
    jobs,
    stored: stored.size,
    different,
    transitionsTwice: twice?.count,
    ...counts,
    storedAgain: log.storedAgain,
    readAgain: log.repeated,
    mayBeReadAgain: log.allowed,
    listingsCut: log.walkers,
    calls,
    needed,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const wasteful = log.repeated > log.allowed || (skew === 'uniform' && log.storedAgain > 0.02 * jobs);
  if (wasteful || stored.size !== jobs || different > 0 || twice?.count !== 0 || killed < kills) process.exitCode = 1;
}
