import { sql } from 'drizzle-orm';
import { createChannels } from '#alerts/channels/index.ts';
import { runAlerts } from '#alerts/run.ts';
import { toAlertSettings } from '#core/alert-settings.ts';
import { parseConfig } from '#core/config.ts';
import { silentLog } from '#core/log.ts';
import { toSources } from '#core/sources.ts';
import type { Database, WritableDatabase } from '#db/client.ts';
import { createVirtualClock } from '../alerts/virtual-clock.ts';

/** Lets days pass, in which every message that is still waiting is tried again. */
export async function deliverTheRest(database: WritableDatabase, env: Record<string, string>): Promise<void> {
  const config = parseConfig(env);
  const clock = createVirtualClock();
  for (let hour = 0; hour < 80; hour += 1) {
    await runAlerts({
      database,
      channels: createChannels(config),
      settings: toAlertSettings(config),
      sources: toSources(config).map(({ name }) => name),
      clock,
      signal: new AbortController().signal,
      log: silentLog,
      patienceMs: 0,
    });
    clock.advance(hour < 8 ? 60 : 3_600);
  }
}

/** I7: every failure that somebody is to be told of is in exactly one message, and that message has arrived. */
export async function findUntold(database: Database, arrived: ReadonlySet<string>) {
  const events = await database.query<{ job: string; messages: string[] | null }>(sql`
    select event.job_id as job, array_agg(delivery.id) filter (where delivery.id is not null) as messages
    from mps.alert_event as event
    left join mps.alert_delivery as delivery on delivery.parts @> jsonb_build_array(
      jsonb_build_object('group', event.group_id, 'notification', event.notification))
    where event.suppressed is null
    group by event.id, event.job_id`);
  const unclear = events.filter(({ messages }) => messages?.length !== 1);
  const lost = events.filter(({ messages }) => messages?.length === 1 && !arrived.has(messages[0] ?? ''));
  return {
    told: events.length,
    breaches: [
      ...(unclear.length > 0 ? [`${unclear.length} failures are not in exactly one message (I7)`] : []),
      ...(lost.length > 0 ? [`${lost.length} failures are in messages that never arrived (I7)`] : []),
    ],
  };
}
