import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import type { Kept } from '#scripts/results.ts';
import type { Measured } from './measure.ts';
import type { NamedMeasure, Size } from './measures.ts';
import { readAnswer } from './read-answer.ts';

/** Has a measure run in a process of its own, which ends with this one. What goes wrong in it, it says itself. */
export async function measureApart({ name }: NamedMeasure, size: Size): Promise<Kept<Measured>> {
  const child = fork('bench/measure-process.ts', [name, size], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const close = closeOnSignal(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  try {
    return await readAnswer(child, name);
  } finally {
    await close();
  }
}
