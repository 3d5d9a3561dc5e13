import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { HistoryOptions } from '#simulator/generate.ts';
import type { SimulatorOptions } from '#simulator/options.ts';

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
