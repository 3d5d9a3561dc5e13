import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '#cli/main.ts';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';

/** A command as a process of its own. What it has written so far can be read at any time. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

/** The environment of a command that reads the simulator at `mps` and writes to `database`. */
export const toEnv = (database: string, mps: string): Record<string, string> => ({
  DATABASE_URL: database,
  MPS_ENDPOINT: mps,
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
});

export function runCommand(args: readonly string[], env: Record<string, string>): RunningCommand {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['cli/bin.js', ...args], { env: { PATH, HOME, ...env } });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (text.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (text.stderr += String(chunk)));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, exit };
}

export async function until(probe: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen within 20 s');
}

/** Where no start ever runs: whoever runs the tests may have one in the checkout. */
export const elsewhere = join(tmpdir(), 'mps-sync-no-start');

/** A command in this process: what a process of its own would write, without its second of starting. */
export async function callCommand(args: readonly string[], env: Record<string, string>, directory = elsewhere) {
  const text = { stdout: '', stderr: '' };
  const code = await main(['node', 'mps-sync', ...args], {
    env,
    out: { write: (chunk) => (text.stdout += chunk) },
    err: { write: (chunk) => (text.stderr += chunk) },
    directory,
  });
  return { code, ...text };
}
