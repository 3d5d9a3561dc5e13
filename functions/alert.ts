import { createLifecycleHook, createTimerHandler } from '@fc2/runtime';
import { createChannels } from '#alerts/channels/index.ts';
import { openAlerts, runOnce } from '#alerts/open-alerts.ts';
import { parseTimerConfig } from '#core/config.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

/** How long a channel may wait for room under its limits: the next tick goes on. */
const patienceMs = 20_000;

/** The timer function: one round of alerting. Ticks may overlap; whichever comes first does the work. */
export const handler = createTimerHandler(async (_event, { region, remainingMs, log }) => {
  const config = parseTimerConfig(process.env, region);
  log.level = config.LOG_LEVEL;
  const stop = createStopSignal(remainingMs());
  const alerts = await openAlerts({ config, databaseUrl: config.DATABASE_URL, clock, log });
  try {
    return await runOnce(alerts, { signal: stop.signal, patienceMs });
  } finally {
    stop.clear();
    await alerts.close();
  }
});

/** Loads the module before the first call, whose time limit would else count it, and refuses a bad configuration. */
export const initialize = createLifecycleHook(
  ({ region }) => void createChannels(parseTimerConfig(process.env, region)),
  {
    timeoutSeconds: 10,
  },
);
