/** One process of the product that reads a source of its own, over and over, for so many seconds. Started by `fork`. */
import { silentLog } from '#core/log.ts';
import { toDoubleSource } from '#scripts/run-once.ts';
import { openEngine } from '#sync/open-engine.ts';
import { runSync } from '#sync/run.ts';

export interface QuotaTask {
  readonly databaseUrl: string;
  readonly url: string;
  readonly name: string;
  readonly since: number;
  readonly seconds: number;
  readonly env: Record<string, string>;
}

process.once('disconnect', () => process.exit());
process.once('message', async ({ databaseUrl, url, name, since, seconds, env }: QuotaTask) => {
  const engine = openEngine({ databaseUrl, env, log: silentLog });
  const source = toDoubleSource(url, { name, since, historyShare: 1 });
  const signal = AbortSignal.timeout(seconds * 1000);
  while (!signal.aborted) await runSync({ ...engine, source, signal, historyMs: seconds * 1000 });
  await engine.close();
  process.disconnect();
});
