/**
 * Sync and alerts in processes of their own, over real sockets and a real Postgres, while jobs flow and nearly everything
 * breaks: connections on all sides, processes, the database server, its disk, clocks, the quota. Then quiet; then the copy is
 * compared with MPS field for field and searched for breaches of I1 to I7, everything is read again (I8), and a backfill is
 * killed over and over (I9). Exit status 0 when nothing was breached and, in a run of ten minutes or more, every kind of trouble was really felt.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { readArguments, readNumber, refuse } from '#scripts/read-arguments.ts';
import { runOnce } from '#scripts/run-once.ts';
import { killReader } from '../proofs/kill-reader.ts';
import { ReadLog } from '../proofs/read-log.ts';
import { findBreaches } from './breaches.ts';
import { deliverTheRest, findUntold } from './deliveries.ts';
import { makeTrouble } from './make-trouble.ts';
import { readAgain } from './read-again.ts';
import { cap, openScene, type Scene } from './scene.ts';
import { findUnproven } from './toll.ts';
import { troubles } from './troubles.ts';

const usage = `npm run chaos -- [--minutes 30] [--seed 1] [--workers 3] [--without KIND]…
Breaks everything while jobs flow, then checks I1 to I9 and prints a report. --without leaves a kind of trouble out, such as "disk full",
which needs the right to mount. The kinds: ${[...troubles.keys()].join(', ')}.`;
const { values } = readArguments(usage, {
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(1 + (Date.now() % 100_000)) },
    workers: { type: 'string', default: '3' },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const minutes = readNumber(usage, '--minutes', values.minutes);
const seed = readNumber(usage, '--seed', values.seed);
const workers = readNumber(usage, '--workers', values.workers);
const unknown = values.without.find((name) => !troubles.has(name));
if (unknown !== undefined) refuse(usage, `There is no kind of trouble "${unknown}".`);
const startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
const say = (text: string) =>
  process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const scene = await openScene({ seed, workers, endsAt });
try {
  const impossible = scene.ownDisk ? [] : ['disk full'];
  const without = [...new Set([...values.without, ...impossible])];
  say(`seed ${seed}, ${minutes} min${without.length > 0 ? `, without ${without.join(', ')}` : ''}`);
  const toll = await makeTrouble({ targets: scene.targets, without, endsAt, say });
  await waitForQuiet(scene);
  await scene.targets.workers.close();
  const { breaches, facts } = await checkAll(scene);
  const { endedByThemselves } = scene.targets.workers.counts;
  if (endedByThemselves > 0) breaches.push(`${endedByThemselves} times an instance ended by itself`);
  breaches.push(...findUnproven({ minutes, toll, impossible, waived: values.without }));
  const outcomes = Object.fromEntries([...scene.targets.workers.outcomes].sort());
  for (const [name, { made, felt }] of Object.entries(toll)) say(`${name}: made ${made} times, felt ${felt} times`);
  const report = { seed, minutes, without, ...facts, outcomes, breaches };
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  if (breaches.length > 0) process.exitCode = 1;
} catch (error) {
  // Before anything is taken away: what fails then would hide it.
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
} finally {
  await scene.close();
}

/** Jobs have ended, and a run that began after that has read everything. Gives up, saying so, after five minutes. */
async function waitForQuiet({ simulator: { model }, database }: Scene): Promise<void> {
  say('quiet from here on');
  const isOver = () => model.all().every(({ State }) => State === 'Success' || State === 'Fail');
  if (!(await waitUntil(isOver, 300_000))) {
    throw new Error('jobs of the simulated account have not ended in five minutes of quiet');
  }
  const quietSince = new Date();
  const isRead = async () => {
    const [row] = await database.query<{ done: boolean }>(sql`
      select count(*) > 1 as done from mps.sync_run
      where outcome = 'completed' and started_at > ${quietSince.toISOString()}::timestamptz`);
    return row?.done ?? false;
  };
  if (await waitUntil(isRead, 300_000)) return;
  say('no run was completed in five minutes of quiet');
  process.exitCode = 1;
}

/** The instances were killed, and their lease lasts some seconds more: a run would be skipped. */
async function waitForLease(database: Database): Promise<void> {
  const isFree = async () => (await database.query(sql`select from mps.lease where expires_at > now()`)).length === 0;
  await waitUntil(isFree, 30_000);
}

/** Looks every second. Returns whether it came true in so many ms. */
async function waitUntil(isTrue: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await delay(1_000)) if (await isTrue()) return true;
  return false;
}

async function checkAll({ targets, database, simulator, receiver, reading, source, url, env }: Scene) {
  const jobs = simulator.model.size;
  const { calls, throttled } = simulator.traffic.counts();
  const inTrouble = targets.workers.maxInSlidingSecond();
  simulator.traffic.clear();
  await deliverTheRest(database, env);
  const arrived = new Set(receiver.received.map(({ id }) => id));
  const { told, breaches: untold } = await findUntold(database, arrived);
  const breaches = [...untold, ...(await findBreaches(database, simulator.model, [source.name]))];
  say('reads everything again');
  const whole = { ...source, lookbackSeconds: 86_400, historyShare: 1 };
  await waitForLease(database);
  const again = await readAgain(database, jobs, () => runOnce({ databaseUrl: url, url: simulator.url, source: whole }));
  say('kills a backfill over and over');
  const log = new ReadLog();
  reading.log = log;
  const { endpoint, ...plain } = source;
  const killed = await killReader({
    task: {
      databaseUrl: url,
      env,
      source: { ...plain, name: 'killed', lookbackSeconds: 0, historyShare: 1, endpoint: endpoint.href },
    },
    log,
    kills: Math.min(20, Math.ceil(minutes * 5)),
    lifeMs: () => targets.random.between(300, 900),
  });
  if (log.repeated > log.allowed) {
    breaches.push(`${log.repeated} jobs were read again after ${killed} kills, ${log.allowed} may be (I9)`);
  }
  breaches.push(...again.breaches, ...(await findBreaches(database, simulator.model, [source.name, 'killed'])));
  // In trouble as they left, because what is late on its way arrives with what comes after it; then as they arrived.
  const most = Math.max(inTrouble, simulator.traffic.maxInSlidingSecond());
  if (inTrouble === 0) breaches.push('no call was seen to leave: I4 was not looked at');
  if (most > cap) breaches.push(`${most} calls in one second, ${cap} are allowed (I4)`);
  const alerts = { told, messages: arrived.size, received: receiver.received.length };
  const kills = { killed, readAgain: log.repeated, mayBeReadAgain: log.allowed, listingsCut: log.walkers };
  return { breaches, facts: { jobs, calls, throttled, most, alerts, walBytes: again.walBytes, kills } };
}
