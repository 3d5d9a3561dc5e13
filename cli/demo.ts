import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoAccount } from '#cli/start-database.ts';
import type { Environment } from '#core/config.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import { seedHistory } from '#simulator/generate.ts';
import { startSimulator } from '#simulator/server.ts';

export interface Demo {
  readonly url: string;
  /** Variables that point the product at the simulator. */
  readonly env: Environment;
  close(): Promise<void>;
}

const hours = 3_600_000;
const history = { jobs: 5_000, hours: 24 };

/** An older demo begins anew: all jobs since its start are made again at each start. */
const paces = {
  usual: { jobsPerSecond: 2, maxAge: 48 * hours },
  fast: { jobsPerSecond: 20, maxAge: 5 * hours },
};

/**
 * A simulated account with a day of history and a steady stream of new jobs. What it made is a function of when it
 * first started, kept beside the database, so that jobs live on over restarts.
 */
export async function startDemo(directory: string, { fast }: { fast: boolean }): Promise<Demo> {
  const { jobsPerSecond, maxAge } = fast ? paces.fast : paces.usual;
  const startedAt = await readStart(join(directory, 'demo-start'), maxAge);
  let born = false;
  const now = () => (born ? Date.now() : startedAt);
  const simulator = await startSimulator({ seed: startedAt, life: { seed: startedAt, jobsPerSecond, now } });
  born = true;
  const from = startedAt - history.hours * hours;
  seedHistory(simulator.model, { count: history.jobs, from, to: startedAt, skew: 'bursty', seed: startedAt });
  const env = {
    MPS_ENDPOINT: simulator.url,
    // Not those of a configuration that has no key yet, which are regions of real MPS.
    MPS_SOURCES: JSON.stringify([{ name: 'default', account: demoAccount }]),
    ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
    SYNC_SINCE: new Date(from).toISOString(),
  };
  return { url: simulator.url, env, close: () => simulator.close() };
}

/** When the demo first started, in epoch ms: from its file, or now. */
async function readStart(file: string, maxAge: number): Promise<number> {
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  const now = Date.now();
  if (kept > now - maxAge && kept <= now) return kept;
  await writeFile(file, `${now}\n`);
  return now;
}
