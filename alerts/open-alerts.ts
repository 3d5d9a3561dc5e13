import type { Channel } from '#alerts/channel.ts';
import { createChannels } from '#alerts/channels/index.ts';
import { sendHeartbeat } from '#alerts/heartbeat.ts';
import { type AlertReport, runAlerts } from '#alerts/run.ts';
import { createSender } from '#alerts/send.ts';
import { type AlertSettings, toAlertSettings } from '#core/alert-settings.ts';
import type { Clock } from '#core/clock.ts';
import type { Config } from '#core/config.ts';
import type { Log } from '#core/log.ts';
import { toSources } from '#core/sources.ts';
import { selectTime } from '#db/alert-state.ts';
import { createDatabase, type WritableDatabase } from '#db/client.ts';

/** Alerting as it is configured, connected to its database. */
export interface Alerts {
  readonly database: WritableDatabase;
  readonly channels: readonly Channel[];
  readonly settings: AlertSettings;
  readonly sources: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** Tells a dead-man service, where one is configured, that a round went well. */
  beat(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Connects alerting. Throws `config_invalid` when a channel is configured by halves. */
export async function openAlerts(options: {
  config: Config;
  databaseUrl: string;
  clock: Clock;
  log: Log;
}): Promise<Alerts> {
  const { config, databaseUrl, log } = options;
  const channels = createChannels(config);
  const sender = createSender({ allowedHosts: config.ALERT_ALLOW_HOSTS ?? [] });
  const database = createDatabase({ url: databaseUrl, connections: 2 });
  try {
    const clock = await toDatabaseClock(database, options.clock);
    return {
      database,
      channels,
      settings: toAlertSettings(config),
      sources: toSources(config).map(({ name }) => name),
      clock,
      log,
      beat: (signal) => sendHeartbeat(sender, { url: config.ALERT_HEARTBEAT_URL, signal, log }),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The clock of the database, which all instances agree on, by the difference that there was when asked. */
async function toDatabaseClock(database: WritableDatabase, clock: Clock): Promise<Clock> {
  const asked = clock.now();
  const time = (await selectTime(database)) * 1000;
  const difference = time - (asked + clock.now()) / 2;
  return { ...clock, now: () => clock.now() + difference };
}

/** One round and its deliveries; after a good one, the heartbeat. */
export async function runOnce(
  alerts: Alerts,
  options: { signal: AbortSignal; patienceMs: number },
): Promise<AlertReport> {
  const report = await runAlerts({ ...alerts, ...options });
  await alerts.beat(options.signal);
  return report;
}
