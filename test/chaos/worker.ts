/**
 * One instance: a run of the sync at every tick and a round of alerts beside it, as timer functions have them. Started by
 * `fork`; told its task, then how far its clock is off.
 */
import { subscribe } from 'node:diagnostics_channel';
import { openAlerts, runOnce } from '#alerts/open-alerts.ts';
import type { Clock } from '#core/clock.ts';
import { parseConfig } from '#core/config.ts';
import { toAppError } from '#core/errors.ts';
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
  /** With access keys and everything about alerts. */
  readonly env: Record<string, string>;
  /** How long one call of a function may take, in ms. */
  readonly deadlineMs: number;
  readonly tickMs: number;
}

type WorkerMessage = { readonly task: WorkerTask } | { readonly skewMs: number };

/** How a call of a function ended, and how far the clock was off meanwhile; or when a request to MPS left, in epoch ms. */
export type WorkerReport = { readonly name: string; readonly skewMs: number } | { readonly sentAt: number };

let skewMs = 0;
const clock: Clock = { now: () => systemClock.now() + skewMs, sleep: systemClock.sleep };

process.on('message', (message: WorkerMessage) => {
  if ('skewMs' in message) {
    skewMs = message.skewMs;
    return;
  }
  reportRequests(message.task.endpoint);
  for (const call of [sync, alert]) void live(message.task, call);
});
process.on('disconnect', () => process.exit());

/** Only the sender knows when a request left: on its way it may wait behind others, and arrive with those that came after it. */
function reportRequests(endpoint: string): void {
  subscribe('undici:client:sendHeaders', (message) => {
    const { request } = message as { readonly request: { readonly origin: string | URL } };
    if (new URL(request.origin).origin !== endpoint) return;
    process.send?.({ sentAt: performance.timeOrigin + performance.now() } satisfies WorkerReport);
  });
}

/** Calls a function at every tick, for ever. What it throws is the end of that call only. */
async function live(
  task: WorkerTask,
  call: (task: WorkerTask, signal: AbortSignal) => Promise<string>,
): Promise<never> {
  for (;;) {
    const stop = createStopSignal(task.deadlineMs);
    const name = await call(task, stop.signal).catch((error: unknown) => `${call.name}: ${toAppError(error).code}`);
    stop.clear();
    process.send?.({ name, skewMs } satisfies WorkerReport);
    await systemClock.sleep(task.tickMs);
  }
}

async function sync({ databaseUrl, endpoint, source, env }: WorkerTask, signal: AbortSignal): Promise<string> {
  const engine = openEngine({ databaseUrl, env, log: silentLog, clock });
  try {
    const options = { ...engine, source: { ...source, endpoint: new URL(endpoint) }, leaseSeconds: 5 };
    const { outcome, errorCode } = await runSync({ ...options, signal });
    return `sync: ${outcome}${errorCode ? ` (${errorCode})` : ''}`;
  } finally {
    await engine.close();
  }
}

async function alert({ databaseUrl, env }: WorkerTask, signal: AbortSignal): Promise<string> {
  const alerts = await openAlerts({ config: parseConfig(env), databaseUrl, clock, log: silentLog });
  try {
    await runOnce(alerts, { signal, patienceMs: 0 });
    return 'alert: completed';
  } finally {
    await alerts.close();
  }
}
