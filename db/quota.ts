import { sql } from 'drizzle-orm';
import type { Lane } from '#core/lane.ts';
import type { Database } from '#db/client.ts';
import { quota } from '#db/schema.ts';

/** Call slots wanted of an account, and the terms. */
export interface SlotRequest {
  readonly account: string;
  readonly lane: Lane;
  readonly wanted: number;
  /** Calls a second that the account grants. */
  readonly callsPerSecond: number;
  /** Share of the calls that the lane `history` may use: `MPS_BACKFILL_SHARE`. */
  readonly historyShare: number;
}

/** Evenly spaced slots reserved for this process alone. Moments in epoch ms on the database's clock. */
export interface SlotBlock {
  readonly now: number;
  /** The first slot. Where none was granted: when to ask again. */
  readonly start: number;
  readonly spacingMs: number;
  readonly slots: number;
}

/** Reserves call slots: see `mps.reserve_slots`. */
export async function reserveSlots(database: Database, request: SlotRequest): Promise<SlotBlock> {
  const { account, lane, wanted, callsPerSecond, historyShare } = request;
  const [block] = await database.query<SlotBlock>(sql`
    select extract(epoch from now_at)::float8 * 1000 as now, extract(epoch from first_at)::float8 * 1000 as start,
      spacing * 1000 as "spacingMs", slots
    from mps.reserve_slots(
      ${account}::text, ${lane === 'history'}::boolean, ${wanted}::integer, ${callsPerSecond}::float8, ${historyShare}::float8)`);
  return block ?? { now: 0, start: 0, spacingMs: 0, slots: 0 };
}

/** Slows an account down after MPS refused a call for coming too fast. */
export async function reportThrottled(database: Database, account: string, callsPerSecond: number): Promise<void> {
  await database.query(sql`select mps.report_throttled(${account}::text, ${callsPerSecond}::float8)`);
}

/** The accounts that calls were ever reserved for. */
export async function selectAccounts(database: Database): Promise<string[]> {
  const rows = await database.queryTyped((drizzle) => drizzle.select({ account: quota.account }).from(quota));
  return rows.map(({ account }) => account);
}
