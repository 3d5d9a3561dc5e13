import { sql } from 'drizzle-orm';
import { createChannels } from '#alerts/channels/index.ts';
import { runAlerts } from '#alerts/run.ts';
import { toAlertSettings } from '#core/alert-settings.ts';
import { parseConfig } from '#core/config.ts';
import { silentLog } from '#core/log.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { createVirtualClock } from '../alerts/virtual-clock.ts';

/** Lets days pass, in which every message that is still waiting is tried again. */
export async function deliverTheRest(
  database: WritableDatabase,
  env: Record<string, string>,
  sources: readonly string[],
): Promise<void> {
  const config = parseConfig(env);
  const clock = createVirtualClock();
  for (let hour = 0; hour < 80; hour += 1) {
    await runAlerts({
      database,
      channels: createChannels(config),
      settings: toAlertSettings(config),
      sources,
      clock,
      signal: new AbortController().signal,
      log: silentLog,
      patienceMs: 0,
    });
    clock.advance(hour < 8 ? 60 : 3_600);
  }
}

/**
 * I7: every failure that somebody is to be told of is in exactly one message, and that message has arrived. Nobody is to be told
 * of what had failed when it was first read and was created before alerting was switched on (epoch ms), and of nothing else.
 */
export async function findUntold(
  database: Database,
  { arrived, switchedOnAt }: { arrived: ReadonlySet<string>; switchedOnAt: number },
) {
  const events = await selectToldOf(database);
  const unclear = events.filter(({ messages }) => messages?.length !== 1);
  const lost = events.filter(({ messages }) => messages?.length === 1 && !arrived.has(messages[0] ?? ''));
  const odd = await selectOddlySuppressed(database, switchedOnAt);
  const counts = {
    'failures are not in exactly one message': unclear.length,
    'failures are in messages that never arrived': lost.length,
    'failures are suppressed that are none of history, or history is told of': odd.length,
  };
  const breaches = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what} (I7)`] : []));
  return { told: events.length, breaches };
}

const selectToldOf = (database: Database) =>
  database.query<{ messages: string[] | null }>(sql`
    select array_agg(delivery.id) filter (where delivery.id is not null) as messages
    from mps.alert_event as event
    left join mps.alert_delivery as delivery on delivery.parts @> jsonb_build_array(
      jsonb_build_object('group', event.group_id, 'notification', event.notification))
    where event.suppressed is null
    group by event.id`);

const selectOddlySuppressed = (database: Database, switchedOnAt: number) =>
  database.query(sql`
    select event.job_id from mps.alert_event as event
    where (suppressed is not null) <> (
      job_creation_time < to_timestamp(${switchedOnAt / 1000}::float8) and exists (
        select from mps.job_transition as first
        where first.job_id = event.job_id and first.source = event.source and from_state is null and to_state = 'Fail'))`);
