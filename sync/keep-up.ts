import { toSeconds } from '#core/clock.ts';
import { toAppError } from '#core/errors.ts';
import type { AdvanceOptions } from '#sync/advance.ts';

/**
 * Upkeep of the tables, which costs a statement or two when nothing is due. None of it decides how a run ends: what another
 * session's lock, or anything else, keeps from being done is said in the log and put off to the next run. Nothing more is begun
 * once the signal has said stop. `runId` is `undefined` for a run that could not be recorded.
 */
export async function keepUp(
  { source, store, clock, log }: AdvanceOptions,
  { runId, signal }: { runId: number | undefined; signal: AbortSignal },
): Promise<void> {
  const retention = { source: source.name, months: source.retentionMonths, now: toSeconds(clock.now()), runId };
  const tasks = {
    dropExpiredPartitions: () => store.dropExpiredPartitions(retention),
    deleteExpired: () => store.deleteExpired(),
    analyzeParents: () => store.analyzeParents(),
  };
  for (const [task, work] of Object.entries<() => Promise<unknown>>(tasks)) {
    if (signal.aborted) return;
    await work().catch((thrown) => {
      const { code, message } = toAppError(thrown);
      log.warn({ source: source.name, task, code, reason: message }, 'upkeep_put_off');
    });
  }
}
