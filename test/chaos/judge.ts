import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { runOnce } from '#scripts/run-once.ts';
import { busiestSecond } from '#simulator/traffic.ts';
import { watchDepartures } from '../proofs/departures.ts';
import { killReader } from '../proofs/kill-reader.ts';
import { ReadLog } from '../proofs/read-log.ts';
import { findBreaches } from './breaches.ts';
import { findCompletedOverGaps } from './completed-over-gaps.ts';
import { selectCompletedRuns } from './completed-runs.ts';
import { deliverTheRest, findUntold } from './deliveries.ts';
import { findOddWindows } from './odd-windows.ts';
import { waitForLeases } from './quiet.ts';
import { readAgain } from './read-again.ts';
import { cap, type Scene, sourceNames } from './scene.ts';
import { mostSkewMs } from './troubles.ts';
import { findUnlooked } from './unlooked.ts';

/** Another source, which is read only here. */
const killedName = 'killed';

export interface Judgement {
  readonly breaches: readonly string[];
  readonly facts: object;
}

export interface JudgeOptions {
  readonly kills: number;
  /** Epoch ms. */
  readonly switchedOnAt: number;
  readonly quietSince: number;
  readonly say: (text: string) => void;
}

/** Looks for breaches of I1 to I9 in what the instances left behind, which are gone. */
export async function judge(scene: Scene, options: JudgeOptions): Promise<Judgement> {
  const { targets, database, simulator, reading } = scene;
  const jobs = simulator.model.size;
  const { calls, throttled } = simulator.traffic.counts();
  const { sent, mostInOneSecond } = targets.workers.callsMade();
  const { looks } = reading;
  const departures: number[] = [];
  watchDepartures(new URL(simulator.url).origin, (at) => departures.push(at));
  const alerts = await judgeAlerts(scene, options.switchedOnAt);
  const { spells } = targets.stale;
  const found = await findBreaches(database, simulator.model, sourceNames, spells);
  const again = await judgeReadingAgain(scene, options);
  const { facts: kills, breaches: ofKills } = await judgeKills(scene, options, departures);
  const windows = await judgeCompleted(scene, options.quietSince);
  const most = { inTrouble: mostInOneSecond, afterwards: busiestSecond(departures.toSorted((a, b) => a - b)) };
  const tooMany = Object.entries(most).filter(([, count]) => count > cap);
  const readTogether = await countReadTogether(database);
  const { completed } = windows;
  const { told } = alerts.facts;
  const { killed, listingsCut } = kills;
  return {
    breaches: [
      ...alerts.breaches,
      ...found,
      ...again.breaches,
      ...ofKills,
      ...(await findBreaches(database, simulator.model, [...sourceNames, killedName], spells)),
      ...windows.breaches,
      ...tooMany.map(([when, count]) => `${count} calls in one second ${when}, ${cap} are allowed (I4)`),
      ...findUnlooked({
        sent: Math.min(sent, departures.length),
        readTogether,
        looks,
        completed,
        told,
        killed,
        listingsCut,
      }),
    ],
    facts: {
      jobs,
      calls,
      throttled,
      most,
      readTogether,
      looks,
      completed,
      alerts: alerts.facts,
      walBytes: again.walBytes,
      kills,
    },
  };
}

async function judgeAlerts({ database, env, receiver }: Scene, switchedOnAt: number) {
  await deliverTheRest(database, env, sourceNames);
  const arrived = new Set(receiver.received.map(({ id }) => id));
  const { told, breaches } = await findUntold(database, { arrived, switchedOnAt });
  return { breaches, facts: { told, messages: arrived.size, received: receiver.received.length } };
}

async function judgeReadingAgain({ database, simulator, source, url }: Scene, { say }: JudgeOptions) {
  say('reads everything again');
  await waitForLeases(database);
  const whole = { ...source, lookbackSeconds: 86_400, historyShare: 1 };
  return readAgain(database, simulator.model.size, () =>
    runOnce({ databaseUrl: url, url: simulator.url, source: whole }),
  );
}

async function judgeKills(
  { targets, reading, source, url, env }: Scene,
  { kills, say }: JudgeOptions,
  departures: number[],
) {
  say('kills a backfill over and over');
  const log = new ReadLog();
  reading.log = log;
  const { endpoint, ...plain } = source;
  const killed = await killReader({
    task: {
      databaseUrl: url,
      env,
      source: { ...plain, name: killedName, lookbackSeconds: 0, historyShare: 1, endpoint: endpoint.href },
    },
    log,
    kills,
    onDeparture: (at) => departures.push(at),
    lifeMs: () => targets.random.between(300, 900),
  });
  const tooMany = `${log.repeated} jobs were read again after ${killed} kills, ${log.allowed} may be (I9)`;
  return {
    breaches: log.repeated > log.allowed ? [tooMany] : [],
    facts: { killed, readAgain: log.repeated, mayBeReadAgain: log.allowed, listingsCut: log.walkers },
  };
}

/** I2, of every run so far. */
async function judgeCompleted({ database, source }: Scene, quietSince: number) {
  const runs = await selectCompletedRuns(database);
  const { since = Number.NaN, settleSeconds } = source;
  const required = { since: since * 1000, settleMs: settleSeconds * 1000, skewMs: mostSkewMs, rightFrom: quietSince };
  return {
    completed: runs.length,
    breaches: [...findOddWindows(runs, required), ...(await findCompletedOverGaps(database))],
  };
}

async function countReadTogether(database: Database): Promise<number> {
  const [row] = await database.query<{ pairs: number }>(sql`
    select count(*)::int as pairs from mps.sync_run as one
    join mps.sync_run as two on two.source > one.source
      and two.started_at < one.finished_at and one.started_at < two.finished_at
    where one.pages > 0 and two.pages > 0`);
  return row?.pairs ?? 0;
}
