import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackfillReport, BackfillTask } from './backfill-child.ts';
import type { ReadLog } from './read-log.ts';

export interface Killing {
  readonly task: BackfillTask;
  readonly log: ReadLog;
  /** At most so many; fewer when the backfill is done before. */
  readonly kills: number;
  /** How long a life lasts that is cut short, in ms. */
  readonly lifeMs: () => number;
  /** How long the last life may last, which nobody cuts short, in ms: ten minutes unless told. */
  readonly lastLifeMs?: number;
  /** Told when each request to MPS left, in epoch ms. */
  readonly onDeparture?: (at: number) => void;
  readonly onKill?: (killed: number) => Promise<void>;
}

/** Runs a backfill to its end although its process is killed (SIGKILL) again and again. Answers how often it was. */
export async function killReader(killing: Killing): Promise<number> {
  const { task, log, kills, lifeMs, onKill } = killing;
  let killed = 0;
  while (!(await (killed < kills ? live(killing, lifeMs()) : liveOn(killing)))) {
    log.killed(performance.now(), task.source.pageSize);
    killed += 1;
    await onKill?.(killed);
  }
  return killed;
}

/** The life that nobody cuts short. Throws when it does not come to its end in time. */
async function liveOn(killing: Killing): Promise<boolean> {
  const { kills, lastLifeMs = 600_000 } = killing;
  if (await live(killing, lastLifeMs)) return true;
  throw new Error(
    `the backfill was not completed in the ${lastLifeMs / 1000} s that it was left alone for after ${kills} kills`,
  );
}

/** Lets a process work for so long, or to the end. Returns whether it came to the end; throws when it ended by itself before. */
async function live({ task, onDeparture }: Killing, lifeMs: number): Promise<boolean> {
  const child = fork('test/proofs/backfill-child.ts', { execArgv: ['--import', 'tsx'] });
  const exit = once(child, 'exit');
  const lost = exit.then(([code, signal]) => {
    throw new Error(`the process of the backfill ended by itself, with ${code ?? signal}`);
  });
  const timer = new AbortController();
  child.on('message', (report: BackfillReport) => {
    if (typeof report === 'number') onDeparture?.(report);
  });
  const told = (word: BackfillReport) =>
    new Promise<true>((resolve) => child.on('message', (report) => report === word && resolve(true)));
  const [ready, completed] = [told('ready'), told('completed')];
  try {
    child.send(task);
    await Promise.race([ready, lost]);
    return await Promise.race([completed, lost, delay(lifeMs, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
    child.kill('SIGKILL');
    await exit;
  }
}
