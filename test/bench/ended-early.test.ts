import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ended-early-'));
});
afterEach(async () => {
  for (const { pid } of await readProcesses()) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Those that were told of the folder, by their environment or in so many words: a script's own, its children's, its server's. */
async function readProcesses(): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const found = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      command: await read(pid, 'cmdline'),
      env: await read(pid, 'environ'),
    })),
  );
  return found
    .filter(({ command, env }) => command !== '' && `${command}${env}`.includes(folder))
    .map(({ pid, command }) => ({ pid, command: command.replaceAll('\0', ' ') }));
}

/** Runs a script until one of its children has a name like this. */
async function startUntil(words: readonly string[], awaited: RegExp): Promise<ChildProcess> {
  const env = { ...process.env, TMPDIR: folder };
  const script = spawn(process.execPath, ['--import', 'tsx', ...words], { env, stdio: 'ignore' });
  while (!(await readProcesses()).some(({ command }) => awaited.test(command))) {
    if (script.exitCode !== null) throw new Error(`${words[0]} ended by itself with ${script.exitCode}`);
    await delay(100);
  }
  return script;
}

async function waitUntilGone(): Promise<string[]> {
  const readLeft = async () => (await readProcesses()).map(({ command }) => command);
  for (let tries = 0; tries < 100 && (await readLeft()).length > 0; tries += 1) await delay(100);
  return readLeft();
}

// What processes there are is read as Linux tells it.
describe.runIf(process.platform === 'linux')('a benchmark that is ended early', { timeout: 180_000 }, () => {
  it.each<[string, string[], RegExp]>([
    ['bench', ['bench/index.ts', '--quick', '--only', 'P5'], /simulator-process/],
    ['bench:quota', ['bench/quota.ts', '600'], /quota-child/],
    ['soak', ['bench/soak.ts', '--minutes', '10'], /cli\/bin\.js/],
  ])('takes its processes and files away with it: %s', async (_, words, awaited) => {
    const script = await startUntil(words, awaited);
    script.kill('SIGTERM');
    expect(await once(script, 'exit')).toEqual([1, null]);
    expect(await waitUntilGone()).toEqual([]);
    // What tsx keeps of the sources that it has read is not a script's.
    expect((await readdir(folder)).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  });

  it('leaves nothing running, even where it is killed', async () => {
    const script = await startUntil(['bench/index.ts', '--quick', '--only', 'P5'], /simulator-process/);
    script.kill('SIGKILL');
    await once(script, 'exit');
    expect(await waitUntilGone()).toEqual([]);
  });
});
