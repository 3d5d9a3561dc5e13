/**
 * One instance: a run of the sync at every tick and a round of alerts beside it, as timer functions have them. Started by
 * `fork`; told its task, then how far its clock is off.
 */
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
import { watchDepartures } from '../proofs/departures.ts';
import { watchStore } from './watched-store.ts';

export interface WorkerTask {
  readonly databaseUrl: string;
  readonly endpoint: string;
  /** Each is read by calls of its own, as of two functions. */
  readonly sources: readonly Omit<Source, 'endpoint'>[];
  /** With access keys and everything about alerts. */
  readonly env: Record<string, string>;
  /** How long one call of a function may take, in ms. */
  readonly deadlineMs: number;
  readonly tickMs: number;
}

/** `halt`: to stand still when it is about to write the first page of its next run. */
export type WorkerMessage = { readonly task: WorkerTask } | { readonly skewMs: number } | { readonly halt: true };

/** Whose lease a run holds, and by which fence. */
export interface Holding {
  readonly source: string;
  readonly fence: number;
}

export type WorkerReport =
  /** How a call of a function ended, and how far the clock was off meanwhile. */
  | { readonly kind: 'ended'; readonly name: string; readonly skewMs: number }
  /** When a request to MPS left, in epoch ms. */
  | { readonly kind: 'sent'; readonly at: number }
  /** A page was not written, because another run had taken over. */
  | { readonly kind: 'refused' }
  /** It stands still from now on, until it is told to go on (SIGCONT). */
  | ({ readonly kind: 'halted' } & Holding);

const tell = (report: WorkerReport): void => void process.send?.(report);

let skewMs = 0;
let isToHalt = false;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + skewMs };

process.on('message', (message: WorkerMessage) => {
  if ('skewMs' in message) skewMs = message.skewMs;
  else if ('halt' in message) isToHalt = true;
  else start(message.task);
});
process.on('disconnect', () => process.exit());

function start(task: WorkerTask): void {
  watchDepartures(task.endpoint, (at) => tell({ kind: 'sent', at }));
  for (const source of task.sources) void live(task, 'sync', (signal) => sync(task, source, signal));
  void live(task, 'alert', (signal) => alert(task, signal));
}

/** Calls a function at every tick, for ever. What it throws is the end of that call only. */
async function live(
  { deadlineMs, tickMs }: WorkerTask,
  what: string,
  call: (signal: AbortSignal) => Promise<string>,
): Promise<never> {
  for (;;) {
    const stop = createStopSignal(deadlineMs);
    const end = await call(stop.signal).catch((error: unknown) => toAppError(error).code);
    stop.clear();
    tell({ kind: 'ended', name: `${what}: ${end}`, skewMs });
    await systemClock.sleep(tickMs);
  }
}

async function sync(
  { databaseUrl, endpoint, env }: WorkerTask,
  source: Omit<Source, 'endpoint'>,
  signal: AbortSignal,
): Promise<string> {
  const engine = openEngine({ databaseUrl, env, log: silentLog, clock });
  const store = watchStore(engine.store, { beforeFirstPage, onRefused: () => tell({ kind: 'refused' }) });
  try {
    const options = { ...engine, store, source: { ...source, endpoint: new URL(endpoint) }, leaseSeconds: 5 };
    const { outcome, errorCode } = await runSync({ ...options, signal });
    return `${outcome}${errorCode ? ` (${errorCode})` : ''}`;
  } finally {
    await engine.close();
  }
}

async function beforeFirstPage(holding: Holding): Promise<void> {
  if (!isToHalt) return;
  isToHalt = false;
  const report: WorkerReport = { kind: 'halted', ...holding };
  // Not before it has left: who stands still sends nothing.
  await new Promise((resolve) => process.send?.(report, resolve));
  process.kill(process.pid, 'SIGSTOP');
}

async function alert({ databaseUrl, env }: WorkerTask, signal: AbortSignal): Promise<string> {
  const alerts = await openAlerts({ config: parseConfig(env), databaseUrl, clock, log: silentLog });
  try {
    await runOnce(alerts, { signal, patienceMs: 0 });
    return 'completed';
  } finally {
    await alerts.close();
  }
}
