import { count, ne, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { alertGroup } from '#db/schema.ts';

/** What alerting has before it. */
export interface AlertQueueRow {
  /** Failed jobs that are in no alert yet. */
  readonly events_waiting: number;
  /** Creation of the oldest message that waits to be delivered, epoch seconds; NULL when none does. */
  readonly oldest_pending_at: number | null;
}

export async function selectAlertQueue(database: Database): Promise<AlertQueueRow> {
  const [row] = await database.query<AlertQueueRow>(sql`
    select (select count(*) from mps.alert_event where group_id is null and suppressed is null)::float8 as events_waiting,
      (select extract(epoch from min(created_at)) from mps.alert_delivery where status = 'pending')::float8
        as oldest_pending_at`);
  return row ?? { events_waiting: 0, oldest_pending_at: null };
}

/** How many alerts fire, or wait to, by their rule. */
export async function selectOpenAlertCounts(
  database: Database,
): Promise<{ rule: string; status: string; alerts: number }[]> {
  const { rule, status } = alertGroup;
  return database.queryTyped((drizzle) =>
    drizzle
      .select({ rule, status, alerts: count() })
      .from(alertGroup)
      .where(ne(status, 'resolved'))
      .groupBy(rule, status)
      .orderBy(rule, status),
  );
}
