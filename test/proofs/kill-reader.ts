import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackfillTask } from './backfill-child.ts';
import type { ReadLog } from './read-log.ts';

export interface Killing {
  readonly task: BackfillTask;
  readonly log: ReadLog;
  /** At most so many; fewer when the backfill is done before. */
  readonly kills: number;
  /** How long a life lasts that is cut short, in ms. */
  readonly lifeMs: () => number;
  readonly onKill?: (killed: number) => Promise<void>;
}

/** Runs a backfill to its end although its process is killed (SIGKILL) again and again. Answers how often it was. */
export async function killReader({ task, log, kills, lifeMs, onKill }: Killing): Promise<number> {
  let killed = 0;
  while (!(await live(task, killed < kills ? lifeMs() : undefined))) {
    log.killed(performance.now(), task.source.pageSize);
    killed += 1;
    await onKill?.(killed);
  }
  return killed;
}

/** Lets a process work for so long, or to the end. Returns whether it came to the end. */
async function live(task: BackfillTask, lifeMs: number | undefined): Promise<boolean> {
  const child = fork('test/proofs/backfill-child.ts', { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit');
  child.send(task);
  await once(child, 'message');
  const completed = once(child, 'message').then(() => true);
  if (lifeMs === undefined) return completed;
  const survived = await Promise.race([completed, delay(lifeMs, false)]);
  if (survived) return true;
  child.kill('SIGKILL');
  await ended;
  return false;
}
