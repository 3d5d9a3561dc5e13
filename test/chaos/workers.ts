import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { busiestSecond } from '#simulator/traffic.ts';
import { readState } from './process-state.ts';
import type { Holding, WorkerMessage, WorkerReport, WorkerTask } from './worker.ts';
import { addReport, createTally, type WorkerTally } from './worker-tally.ts';

/** Instances of the sync and of alerting, which are killed, frozen and started anew. */
export interface Workers {
  readonly count: number;
  /** How many calls of functions ended how, by outcome and error code. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** What was seen to have happened to them. */
  readonly counts: Readonly<WorkerTally['counts']>;
  /** Calls of MPS that left them, and most of them that left all together in any second. */
  callsMade(): { readonly sent: number; readonly mostInOneSecond: number };
  /** Ends one at once and starts another in its place. */
  kill(index: number): void;
  /** Stops one for so long, and lets it go on. */
  freeze(index: number, ms: number): Promise<void>;
  /**
   * Has one stand still before the first page that it writes, until the promise of `isOver` is there, which is given whose lease it
   * holds. Returns whether it came to that; one that does not within `patienceMs` is killed.
   */
  freezeBeforeWrite(index: number, isOver: (holding: Holding) => Promise<void>, patienceMs: number): Promise<boolean>;
  /** Puts its clock wrong by so many ms. */
  setSkew(index: number, skewMs: number): void;
  close(): Promise<void>;
}

export function startWorkers(count: number, task: WorkerTask): Workers {
  const tally = createTally();
  const crew = createCrew(count, task, tally);
  return {
    count,
    outcomes: tally.outcomes,
    counts: tally.counts,
    callsMade: () => ({
      sent: tally.sentAt.length,
      mostInOneSecond: busiestSecond(tally.sentAt.toSorted((a, b) => a - b)),
    }),
    kill: crew.replace,
    async freeze(index, ms) {
      const child = crew.at(index);
      child?.kill('SIGSTOP');
      await delay(ms);
      if ((await readState(child?.pid)) === 'T') tally.counts.frozen += 1;
      child?.kill('SIGCONT');
    },
    async freezeBeforeWrite(index, isOver, patienceMs) {
      const child = crew.at(index);
      const holding = child && (await halt(child, patienceMs));
      if (holding) await isOver(holding);
      else if (child && isAlive(child)) crew.replace(index);
      child?.kill('SIGCONT');
      return holding !== undefined;
    },
    setSkew: (index, skewMs) => send(crew.at(index), { skewMs }),
    close: crew.close,
  };
}

/** Instances, each of which is replaced when it ends. */
function createCrew(count: number, task: WorkerTask, tally: WorkerTally) {
  let closing = false;
  const start = (): ChildProcess => {
    const child = fork('test/chaos/worker.ts', { execArgv: ['--import', 'tsx'] });
    child
      .on('message', (report: WorkerReport) => addReport(tally, report))
      .once('exit', (_, signal) => {
        if (signal === 'SIGKILL') tally.counts.killed += 1;
        else if (!closing) {
          tally.counts.endedByThemselves += 1;
          children[children.indexOf(child)] = start();
        }
      });
    send(child, { task });
    return child;
  };
  const children = Array.from({ length: count }, start);
  return {
    at: (index: number) => children[index],
    replace(index: number) {
      if (closing) return;
      children[index]?.kill('SIGKILL');
      children[index] = start();
    },
    async close() {
      closing = true;
      const ended = children.filter(isAlive).map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}

/** Waits until an instance stands still before its next write; `undefined` where it does not in so many ms, or ends. */
async function halt(child: ChildProcess, patienceMs: number): Promise<Holding | undefined> {
  const over = new AbortController();
  const halted = (async () => {
    for await (const [report] of on(child, 'message', { signal: over.signal, close: ['exit'] }))
      if ((report as WorkerReport).kind === 'halted') return report as Holding;
    return undefined;
  })();
  send(child, { halt: true });
  const holding = await Promise.race([halted.catch(() => undefined), delay(patienceMs, undefined, { ref: false })]);
  over.abort();
  return holding;
}

/** One that has just been killed takes no message. */
function send(child: ChildProcess | undefined, message: WorkerMessage): void {
  if (child?.connected) child.send(message, () => {});
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
