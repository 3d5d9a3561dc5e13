import { sql } from 'drizzle-orm';
import type { GapMemory } from '#core/alert-rules.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { alertState } from '#db/schema.ts';
import { inTransaction, type Transaction } from '#db/transaction.ts';

/** What alerting remembers of itself. Moments in epoch seconds. */
export interface AlertState {
  /** Since when failures are told of: when a channel was first configured, before that the first round. */
  readonly alertingSince: number;
  readonly gaps: Readonly<Record<string, GapMemory>>;
}

/** Notes that a round begins, and with it, once, that alerting is watching, or has channels now. */
export async function updateAlertState(
  database: Database,
  { now, channels }: { now: number; channels: readonly string[] },
): Promise<void> {
  const at = toMoment(now);
  const switchedOn = channels.length > 0 ? at : sql`null::timestamptz`;
  await database.query(sql`
    insert into mps.alert_state as state (watching_since, switched_on_at, round_at)
    values (${at}, ${switchedOn}, ${at})
    on conflict (singleton) do update
      set round_at = greatest(state.round_at, excluded.round_at),
        switched_on_at = coalesce(state.switched_on_at, excluded.switched_on_at)`);
  await database.query(sql`
    insert into mps.alert_channel (name) select unnest(${sql.param(channels)}::text[]) on conflict do nothing`);
}

const columns = {
  alertingSince: sql<number>`extract(epoch from coalesce(switched_on_at, watching_since))::float8`,
  gaps: alertState.gaps,
};

export async function selectAlertState(database: Database): Promise<AlertState> {
  const [state] = await database.queryTyped((drizzle) => drizzle.select(columns).from(alertState));
  return state ?? { alertingSince: 0, gaps: {} };
}

/**
 * Runs work in a transaction as the only one that makes groups. Returns `undefined` without a wait when another
 * instance is at it: that one does the work.
 */
export function withAlertState<Result>(
  database: WritableDatabase,
  work: (transaction: Transaction, state: AlertState) => Promise<Result>,
): Promise<Result | undefined> {
  return inTransaction(database, async (transaction) => {
    const [state] = await transaction.queryTyped((drizzle) =>
      drizzle.select(columns).from(alertState).for('update', { skipLocked: true }),
    );
    return state && work(transaction, state);
  });
}

export async function updateGaps(transaction: Transaction, gaps: Readonly<Record<string, GapMemory>>): Promise<void> {
  const text = JSON.stringify(gaps);
  await transaction.query(sql`
    update mps.alert_state set gaps = ${text}::jsonb where gaps is distinct from ${text}::jsonb`);
}

/** The database's own time in epoch seconds: what instances whose clocks differ agree on. */
export async function selectTime(database: Database): Promise<number> {
  const [row] = await database.query<{ now: number }>(sql`select extract(epoch from clock_timestamp())::float8 as now`);
  return row?.now ?? 0;
}
