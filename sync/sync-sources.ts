import pMap from 'p-map';
import { AppError } from '#core/errors.ts';
import type { RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import { type RunOptions, runSync } from '#sync/run.ts';

export interface SyncOptions extends Omit<RunOptions, 'source'> {
  readonly sources: readonly Source[];
  /** Go on while gaps remain, until the signal says stop. */
  readonly untilCovered?: boolean;
}

/** Sources that run at the same time. Each keeps up to a few MB of pages in memory. */
const concurrency = 8;

/** Runs every source, several at a time. One that fails does not keep the others from running. */
export async function syncSources({ sources, untilCovered, ...options }: SyncOptions): Promise<RunReport[]> {
  const reports = await pMap(sources, (source) => syncSource({ ...options, source }, untilCovered === true), {
    concurrency,
  });
  return reports.flat();
}

async function syncSource(options: RunOptions, untilCovered: boolean): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  do reports.push(await runSync(options));
  while (untilCovered && reports.at(-1)?.outcome === 'partial' && !options.signal.aborted);
  return reports;
}

/** Throws when any run failed, so that the platform's own monitoring sees it. */
export function throwIfFailed(reports: readonly RunReport[]): void {
  const failed = reports.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (!first) return;
  const what = failed.map(
    ({ source, errorCode = 'unexpected', error }) => `source "${source}": ${errorCode}${error ? `: ${error}` : ''}`,
  );
  throw new AppError(first.errorCode ?? 'unexpected', `sync failed for ${what.join('; ')}`);
}
