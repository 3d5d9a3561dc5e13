import type { Clock } from '#core/clock.ts';
import { AppError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import type { SyncStore } from '#db/sync-store.ts';
import type { MpsConnection } from '#sync/mps-connection.ts';
import { runSync } from '#sync/run.ts';

export interface SyncOptions {
  readonly sources: readonly Source[];
  readonly connection: MpsConnection;
  readonly store: SyncStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Go on while gaps remain, until the signal says stop. */
  readonly untilCovered?: boolean;
  /** See `RunOptions`. */
  readonly leaseSeconds?: number;
}

/** Runs every source, one after another. One that fails does not keep the others from running. */
export async function syncSources(options: SyncOptions): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  for (const source of options.sources) {
    let report: RunReport;
    do {
      report = await runSync({ ...options, source, connect: options.connection.connect });
      reports.push(report);
    } while (options.untilCovered && report.outcome === 'partial' && !options.signal.aborted);
  }
  return reports;
}

/** Throws when any run failed, so that the platform's own monitoring sees it. */
export function throwIfFailed(reports: readonly RunReport[]): void {
  const failed = reports.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (!first) return;
  const what = failed.map(({ source, errorCode }) => `source "${source}": ${errorCode ?? 'unexpected'}`).join(', ');
  throw new AppError(first.errorCode ?? 'unexpected', `sync failed for ${what}; mps.sync_run says why`);
}
