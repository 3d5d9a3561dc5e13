import { silentLog } from '#core/log.ts';
import type { RunReport } from '#core/run.ts';
import type { Source } from '#core/source.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { openEngine } from '#sync/open-engine.ts';
import { runSync } from '#sync/run.ts';

const env = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
};

/** A source as users have it, reading the double. */
export function toDoubleSource(url: string, fields: Partial<Source>): Source {
  return {
    name: 'default',
    endpoint: new URL(url),
    account: 'default',
    callsPerSecond: 100,
    historyShare: 0.8,
    pageSize: 300,
    since: undefined,
    lookbackSeconds: 3600,
    settleSeconds: 5,
    ...fields,
  };
}

/** One run of the engine, wired as in production. */
export async function runOnce(options: {
  databaseUrl: string;
  url: string;
  source: Partial<Source>;
}): Promise<RunReport> {
  const engine = openEngine({ databaseUrl: options.databaseUrl, env, log: silentLog });
  const source = toDoubleSource(options.url, options.source);
  try {
    return await runSync({ ...engine, source, signal: new AbortController().signal, historyMs: 600_000 });
  } finally {
    await engine.close();
  }
}
