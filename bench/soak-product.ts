import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from '#core/config.ts';

/** The product in a process of its own, whose memory can be asked for. */
export interface SoakedProduct {
  readonly pid: number;
  /** Address of its view, once it is up. */
  readonly view: Promise<string>;
  /** What it keeps in memory, in MB, after collections. */
  readKept(): Promise<number>;
  stop(): Promise<void>;
}

export function startProduct(env: Environment): SoakedProduct {
  const watched = ['--import', 'tsx', '--import', './bench/report-heap.ts'];
  const child = spawn(process.execPath, [...watched, 'cli/bin.js', 'start', '--no-demo', '--json', '--port', '0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => code);
  const unlessEnded = <Told>(told: Promise<Told>): Promise<Told> =>
    Promise.race([told, ended.then((code) => Promise.reject(new Error(`the product ended with ${code}`)))]);
  const view = unlessEnded(readAddress(child.stdout as Readable));
  // Whoever waits for it is told; where the end comes first, nobody does.
  view.catch(() => {});
  return {
    pid: child.pid ?? 0,
    view,
    readKept: async () => {
      child.send('collect');
      return (await unlessEnded(once(child, 'message')))[0];
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Reads the lines to their end, or the product would wait for somebody to take them. */
function readAddress(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface(output).on('line', (line) => {
      const { view } = JSON.parse(line) as { view?: string };
      if (view) resolve(view);
    });
  });
}
