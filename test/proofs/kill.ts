/**
 * `npm run proof:kill -- [kills] [jobs]`: a backfill whose process is killed (SIGKILL) at random moments, over real
 * sockets and a real Postgres. At the end every job must be stored as MPS lists it, with each of its transitions once,
 * and next to nothing may have been read twice.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createDatabase } from '#db/client.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';
import { toBenchSource } from '../../bench/our-run.ts';
import { openPostgres } from '../../bench/stage.ts';
import { toComparable } from '../to-comparable.ts';
import type { BackfillTask } from './backfill-child.ts';

const kills = Number(process.argv[2] ?? 100);
const jobs = Number(process.argv[3] ?? 200_000);
const day = 86_400_000;
const to = Date.now() - day;
const from = to - 60 * day;

const postgres = await openPostgres();
const simulator = await startSimulator({ qps: 0, latencyMs: { mean: 15, jitter: 10 } });
seedHistory(simulator.model, { count: jobs, from, to, skew: 'bursty' });
const databaseUrl = await postgres.createDatabase('kill');
const database = createDatabase({ url: databaseUrl });
const source = {
  ...toBenchSource(simulator.url, { since: Math.floor(from / 1000) - 60, callsPerSecond: 40, historyShare: 1 }),
  endpoint: simulator.url,
};
const env = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
};

try {
  let killed = 0;
  while (!(await live({ databaseUrl, source, env }, killed < kills))) {
    killed += 1;
    if (killed % 10 === 0) process.stdout.write(`${killed} kills, ${await countStored()} of ${jobs} jobs stored\n`);
  }
  await report(killed);
} finally {
  await database.close();
  await simulator.close();
  await postgres.close();
}

/** Lets a process work until it is killed, or to the end. Returns whether it came to the end. */
async function live(task: BackfillTask, isToBeKilled: boolean): Promise<boolean> {
  const child = fork('test/proofs/backfill-child.ts', { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit');
  child.send(task);
  await once(child, 'message');
  const completed = once(child, 'message').then(() => true);
  if (!isToBeKilled) return completed;
  // The lease of the last life takes a second to lapse.
  const survived = await Promise.race([completed, delay(900 + Math.random() * 500, false)]);
  if (survived) return true;
  child.kill('SIGKILL');
  await ended;
  return false;
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
  const [counts] = await database.query<{ transitions: number; readAgain: number }>(sql`
    select (select count(*)::int from mps.job_transition) as transitions,
      (select sum(unchanged)::int from mps.sync_run) as "readAgain"`);
  const calls = simulator.traffic.calls;
  const needed = Math.ceil(jobs / 300);
  const result = {
    killed,
    jobs,
    stored: stored.size,
    different,
    transitionsTwice: twice?.count,
    ...counts,
    calls,
    needed,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const wasteful = (counts?.readAgain ?? 0) > jobs * 0.02;
  if (wasteful || stored.size !== jobs || different > 0 || twice?.count !== 0 || killed < kills) process.exitCode = 1;
}
