/** One instance: a run at every tick, as a timer function has it. Started by `fork`; told its task, then how far its clock is off. */
import type { Clock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import type { Source } from '#core/source.ts';
import { openEngine } from '#sync/open-engine.ts';
import { runSync } from '#sync/run.ts';
import { createStopSignal } from '#sync/stop-signal.ts';
import { systemClock } from '#sync/system-clock.ts';

export interface WorkerTask {
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly source: Omit<Source, 'endpoint'>;
  readonly env: Record<string, string>;
  /** How long one call of the function may take, in ms. */
  readonly deadlineMs: number;
  readonly tickMs: number;
}

export type WorkerMessage = { readonly task: WorkerTask } | { readonly skewMs: number };

let skewMs = 0;
const clock: Clock = { now: () => systemClock.now() + skewMs, sleep: systemClock.sleep };

process.on('message', (message: WorkerMessage) => {
  if ('skewMs' in message) skewMs = message.skewMs;
  else void live(message.task);
});
process.on('disconnect', () => process.exit());

async function live({ databaseUrl, endpoint, source, env, deadlineMs, tickMs }: WorkerTask): Promise<never> {
  for (;;) {
    const engine = openEngine({ databaseUrl, env, log: silentLog, clock });
    const stop = createStopSignal(deadlineMs);
    const options = { ...engine, source: { ...source, endpoint: new URL(endpoint) }, leaseSeconds: 5 };
    const report = await runSync({ ...options, signal: stop.signal }).catch((error: unknown) => ({
      outcome: 'failed',
      errorCode: error instanceof Error ? error.message : String(error),
    }));
    process.send?.({ outcome: report.outcome, errorCode: report.errorCode });
    stop.clear();
    await engine.close().catch(() => {});
    await systemClock.sleep(tickMs);
  }
}
