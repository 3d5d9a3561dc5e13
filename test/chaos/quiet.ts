/** What chaos waits for. Nothing for ever. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { Scene } from './scene.ts';

/** Looks every second. Returns whether it came true in so many ms. */
async function waitUntil(isTrue: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await delay(1_000)) if (await isTrue()) return true;
  return false;
}

/** Alerting has had its first round, by a clock that is right. Returns when, in epoch ms. */
export async function waitForAlerting(database: Database): Promise<number> {
  let at: number | null | undefined;
  const isOn = async () => {
    const [row] = await database.query<{ at: number | null }>(sql`
      select extract(epoch from switched_on_at)::float8 * 1000 as at from mps.alert_state`);
    at = row?.at;
    return typeof at === 'number';
  };
  await waitUntil(isOn, 60_000);
  if (typeof at !== 'number') throw new Error('alerting was not switched on in a minute without trouble');
  return at;
}

/**
 * Jobs have ended, and runs of each source that began after that have read everything. Returns since when jobs have ended, in epoch
 * ms, and what is a breach: that no such run came in five minutes.
 */
export async function waitForQuiet({ simulator: { model }, database }: Scene, sources: readonly string[]) {
  const isOver = () => model.all().every(({ State }) => State === 'Success' || State === 'Fail');
  if (!(await waitUntil(isOver, 300_000))) {
    throw new Error('jobs of the simulated account have not ended in five minutes of quiet');
  }
  const quietSince = Date.now();
  const isRead = async () => {
    const rows = await database.query(sql`
      select source from mps.sync_run
      where outcome = 'completed' and started_at > to_timestamp(${quietSince / 1000}::float8)
      group by source having count(*) > 1`);
    return rows.length === sources.length;
  };
  const breaches = (await waitUntil(isRead, 300_000))
    ? []
    : ['no two runs of each source were completed in five minutes of quiet'];
  return { quietSince, breaches };
}

/** The instances were killed, and their leases last some seconds more: a run would be skipped. */
export async function waitForLeases(database: Database): Promise<void> {
  const areFree = async () => (await database.query(sql`select from mps.lease where expires_at > now()`)).length === 0;
  await waitUntil(areFree, 30_000);
}
