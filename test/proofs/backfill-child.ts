/** One life of a backfill: a run over and over, until it is complete or the process is killed. Started by `fork`. */
import { silentLog } from '#core/log.ts';
import type { Source } from '#core/source.ts';
import { openEngine } from '#sync/open-engine.ts';
import { runSync } from '#sync/run.ts';
import { watchDepartures } from './departures.ts';

export interface BackfillTask {
  readonly databaseUrl: string;
  readonly source: Omit<Source, 'endpoint'> & { readonly endpoint: string };
  readonly env: Record<string, string>;
}

/** What it tells; a number is when a request to MPS left, in epoch ms. */
export type BackfillReport = 'ready' | 'completed' | number;

const tell = (report: BackfillReport, then?: () => void) => process.send?.(report, undefined, undefined, then);

// Whoever started it is gone.
process.once('disconnect', () => process.exit());
process.once('message', async ({ databaseUrl, source, env }: BackfillTask) => {
  const engine = openEngine({ databaseUrl, env, log: silentLog });
  const options = { ...engine, source: { ...source, endpoint: new URL(source.endpoint) }, leaseSeconds: 1 };
  watchDepartures(options.source.endpoint.origin, tell);
  tell('ready');
  for (let outcome = ''; outcome !== 'completed'; ) {
    ({ outcome } = await runSync({ ...options, signal: new AbortController().signal, historyMs: 600_000 }));
    if (outcome === 'skipped') await engine.clock.sleep(50);
  }
  await engine.close();
  tell('completed', () => process.disconnect());
});
