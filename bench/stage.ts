import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '#cli/local-postgres/index.ts';
import { ensureDatabase } from '#db/create-database.ts';
import { runMigrations } from '#db/migrate.ts';
import type { HistoryOptions } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';
import { readServerFacts, type ServerFacts } from './circumstances.ts';

/** What the double is to be. Plain values only: they go to another process. */
export type Stage = Pick<SimulatorOptions, 'qps' | 'quotaWindow' | 'maxPageSize' | 'latencyMs' | 'accessKeys'> & {
  readonly history?: HistoryOptions;
};

/** What the server saw. */
export interface Traffic {
  readonly calls: number;
  readonly throttled: number;
  /** In any sliding second. */
  readonly most: number;
  /** In each whole second but the first and the last, which are cut. */
  readonly perSecond: readonly number[];
}

export interface RunningStage {
  readonly url: string;
  /** Of all callers together, or of one access key. */
  traffic(accessKeyId?: string): Promise<Traffic>;
  /** Lets so many of the jobs end, spread over all of them. */
  finishJobs(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the double in another process, which stands for another machine: it goes first where the system lets us say so. */
export async function openStage(stage: Stage): Promise<RunningStage> {
  const child = fork('bench/simulator-process.ts', { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  goFirst(child.pid);
  child.send(stage);
  const { url } = await ask<{ url: string }>(child);
  return {
    url,
    traffic: async (accessKeyId) => {
      child.send({ accessKeyId });
      return ask<Traffic>(child);
    },
    finishJobs: async (count) => {
      child.send({ finish: count });
      await ask(child);
    },
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function goFirst(pid: number | undefined): void {
  try {
    setPriority(pid ?? 0, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only the system's administrator may.
  }
}

async function ask<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = new AbortController();
  const failed = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the double of MPS ended with ${code}`);
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message'), failed])) as [Answer];
    return answer;
  } finally {
    ended.abort();
    failed.catch(() => {});
  }
}

export interface RunningPostgres {
  /** Which release it is, and what it was told. */
  readonly facts: ServerFacts;
  /** Makes a migrated, empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  close(): Promise<void>;
}

/** An embedded PostgreSQL of the benchmark's own, with the durability that users have. */
export async function openPostgres(): Promise<RunningPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'mps-sync-bench-'));
  const server = await startLocalPostgres(directory, ['shared_buffers=512MB', 'max_wal_size=4GB']);
  return {
    facts: await readServerFacts(server.url),
    async createDatabase(name) {
      const url = await ensureDatabase(server.url, name);
      await runMigrations({ url, migrationsFolder: 'migrations' });
      return url;
    },
    async close() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
