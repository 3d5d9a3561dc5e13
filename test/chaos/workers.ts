import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { busiestSecond } from '#simulator/traffic.ts';
import { readState } from './process-state.ts';
import type { WorkerReport, WorkerTask } from './worker.ts';

/** Instances of the sync and of alerting, which are killed, frozen and started anew. */
export interface Workers {
  readonly count: number;
  /** How many runs ended how, by outcome and error code. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Most calls of MPS that left all of them together in any second. */
  maxInSlidingSecond(): number;
  /** What was seen to have happened to them. */
  readonly counts: Readonly<Record<'killed' | 'frozen' | 'runsByWrongClock' | 'endedByThemselves', number>>;
  /** Ends one at once and starts another in its place. */
  kill(index: number): void;
  /** Stops one for so long, and lets it go on. */
  freeze(index: number, ms: number): Promise<void>;
  /** Puts its clock wrong by so many ms. */
  setSkew(index: number, skewMs: number): void;
  close(): Promise<void>;
}

export function startWorkers(count: number, task: WorkerTask): Workers {
  const outcomes = new Map<string, number>();
  const counts = { killed: 0, frozen: 0, runsByWrongClock: 0, endedByThemselves: 0 };
  const sentAt: number[] = [];
  const note = (report: WorkerReport) => {
    if ('sentAt' in report) {
      sentAt.push(report.sentAt);
      return;
    }
    outcomes.set(report.name, (outcomes.get(report.name) ?? 0) + 1);
    if (report.skewMs !== 0) counts.runsByWrongClock += 1;
  };
  let closing = false;
  const start = (): ChildProcess => {
    const child = fork('test/chaos/worker.ts', { execArgv: ['--import', 'tsx'] });
    child.on('message', note).once('exit', (_, signal) => {
      if (signal === 'SIGKILL') counts.killed += 1;
      else if (!closing) {
        counts.endedByThemselves += 1;
        children[children.indexOf(child)] = start();
      }
    });
    child.send({ task });
    return child;
  };
  const children = Array.from({ length: count }, start);
  return {
    count,
    outcomes,
    maxInSlidingSecond: () => busiestSecond(sentAt.toSorted((a, b) => a - b)),
    counts,
    kill(index) {
      if (closing) return;
      children[index]?.kill('SIGKILL');
      children[index] = start();
    },
    async freeze(index, ms) {
      const child = children[index];
      child?.kill('SIGSTOP');
      await delay(ms);
      if ((await readState(child?.pid)) === 'T') counts.frozen += 1;
      child?.kill('SIGCONT');
    },
    setSkew: (index, skewMs) => children[index]?.send({ skewMs }),
    async close() {
      closing = true;
      const ended = children.filter(isAlive).map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
