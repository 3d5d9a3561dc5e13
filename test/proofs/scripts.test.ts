import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';

/** Runs a script as npm does, and tells what it said and how it ended. */
async function runScript(path: string, ...words: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}

const scripts = [
  ['chaos', 'test/chaos/run.ts'],
  ['proof:kill', 'test/proofs/kill.ts'],
  ['fuzz', 'test/fuzz/run.ts'],
  ['simulate', 'test/simulation/run.ts'],
  ['soak', 'bench/soak.ts'],
  ['bench', 'bench/index.ts'],
] as const;

// Each starts a process that loads much of the product.
describe('a proof that is run by itself', { timeout: 120_000 }, () => {
  it.concurrent.each(scripts)('%s tells how it is used and starts nothing', async (name, path) => {
    const { status, out } = await runScript(path, '--help');
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^npm run ${name} -- .*\n[A-Z].+\\.\n`, 's'));
  });

  it.concurrent.each([
    ['test/chaos/run.ts', ['--wihtout', 'kill'], /Unknown option '--wihtout'/],
    ['test/chaos/run.ts', ['--without', 'kil'], /^There is no kind of trouble "kil"\.\n/],
    ['test/fuzz/run.ts', ['--runs', 'many'], /^--runs is a number above 0, not "many"\.\n/],
  ] as const)('%s %j says in a sentence what is wrong', async (path, words, reason) => {
    const { status, err } = await runScript(path, ...words);
    expect(status).toBe(2);
    expect(err).toMatch(reason);
    expect(err).toMatch(/^npm run \S+ -- /m);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('that is ended while its server is being made leaves nothing behind', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mps-sync-ended-'));
    const listOwn = async () => (await readdir(directory)).filter((name) => name.startsWith('mps-sync-soak-'));
    const child = spawn(process.execPath, ['--import', 'tsx', 'bench/soak.ts'], {
      env: { ...process.env, TMPDIR: directory },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await vi.waitFor(async () => expect(await listOwn()).toHaveLength(1), { timeout: 60_000 });
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1);
    expect(await listOwn()).toEqual([]);
    await rm(directory, { recursive: true });
  });
});
