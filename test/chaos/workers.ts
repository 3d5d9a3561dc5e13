import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerTask } from './worker.ts';

/** Instances of the sync, which are killed, frozen and started anew. */
export interface Workers {
  readonly count: number;
  /** How many runs ended how, by outcome and error code. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Ends one at once and starts another in its place. */
  kill(index: number): void;
  freeze(index: number): void;
  thaw(index: number): void;
  /** Puts its clock wrong by so many ms. */
  setSkew(index: number, skewMs: number): void;
  close(): Promise<void>;
}

export function startWorkers(count: number, task: WorkerTask): Workers {
  const outcomes = new Map<string, number>();
  const start = (): ChildProcess => {
    const child = fork('test/chaos/worker.ts', { execArgv: ['--import', 'tsx'] });
    child.on('message', ({ outcome, errorCode }: { outcome: string; errorCode?: string }) => {
      const name = errorCode ? `${outcome} (${errorCode})` : outcome;
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    });
    child.send({ task });
    return child;
  };
  const children = Array.from({ length: count }, start);
  return {
    count,
    outcomes,
    kill(index) {
      children[index]?.kill('SIGKILL');
      children[index] = start();
    },
    freeze: (index) => children[index]?.kill('SIGSTOP'),
    thaw: (index) => children[index]?.kill('SIGCONT'),
    setSkew: (index, skewMs) => children[index]?.send({ skewMs }),
    async close() {
      const ended = children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}
