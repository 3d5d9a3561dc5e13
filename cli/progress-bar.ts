import { SingleBar } from 'cli-progress';
import type { Output } from '#cli/table.ts';

/** A bar of 100 steps with what it is about before it and a `text` after it. `out` is a terminal. */
export function createProgressBar(out: Output, about: string): SingleBar {
  const format = `${about} [{bar}] {percentage}%  {text}`;
  // It draws with escape sequences that it writes; of a stream it uses nothing else.
  const stream = out as NodeJS.WriteStream;
  return new SingleBar({ format, stream, barsize: 20, barCompleteChar: '=', barIncompleteChar: ' ' });
}
