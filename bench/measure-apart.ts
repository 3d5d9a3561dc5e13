import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import type { Kept } from '#scripts/results.ts';
import type { Measured } from './measure.ts';
import type { NamedMeasure, Size } from './measures.ts';

/** Has a measure run in a process of its own, which ends with this one. What goes wrong in it, it says itself. */
export async function measureApart({ name }: NamedMeasure, size: Size): Promise<Kept<Measured>> {
  const child = fork('bench/measure-process.ts', [name, size], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit');
  const close = closeOnSignal(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const told: Kept<Measured>[] = [];
  child.on('message', (result: Kept<Measured>) => told.push(result));
  const [code, signal] = await ended;
  await close();
  const [result] = told;
  if (!result) throw new Error(`${name} ended without a result (${signal ?? code})`);
  return result;
}
