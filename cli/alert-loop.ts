import { deliverChannel } from '#alerts/deliver.ts';
import { type Alerts, openAlerts } from '#alerts/open-alerts.ts';
import { runRound } from '#alerts/round.ts';
import type { Config } from '#core/config.ts';
import { AppError, toAppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { systemClock as clock } from '#sync/system-clock.ts';

const roundPauseMs = 5_000;
const deliveryPauseMs = 2_000;
const beatMs = 60_000;

/** Alerting beside the sync, until what it returns is called. Each channel delivers by itself: none waits for another. */
export async function startAlertLoop(options: { config: Config; url: string; log: Log }): Promise<() => Promise<void>> {
  const { config, url, log } = options;
  const alerts = await openAlerts({ config, databaseUrl: url, clock, log });
  const stopping = new AbortController();
  const { signal } = stopping;
  const loops = [
    repeat(roundPauseMs, createRound(alerts, signal), { signal, log }),
    ...alerts.channels.map((channel) =>
      repeat(deliveryPauseMs, () => deliverChannel({ ...alerts, channel, signal, patienceMs: 0 }), { signal, log }),
    ),
  ];
  return async () => {
    stopping.abort(new AppError('deadline', 'the process stops: the next start goes on'));
    await Promise.all(loops);
    await alerts.close();
  };
}

/** A round; about once a minute a good one is told of to the dead-man service. */
function createRound(alerts: Alerts, signal: AbortSignal): () => Promise<void> {
  let beatAt = 0;
  return async () => {
    const now = alerts.clock.now();
    await runRound({ ...alerts, now: now / 1000, signal });
    if (now < beatAt) return;
    beatAt = now + beatMs;
    await alerts.beat(signal);
  };
}

/** Does something again and again. A failure is logged, and the next time is its remedy. */
async function repeat(
  pauseMs: number,
  work: () => Promise<unknown>,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => {
      const { code, message } = toAppError(error);
      log.error({ code, error: message }, 'alert_round_failed');
    });
    await clock.sleep(pauseMs, signal).catch(() => {});
  }
}
