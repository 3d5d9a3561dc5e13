import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';

/** Runs a command as npm does, and tells what it said and how it ended. */
async function run(command: string, ...words: string[]) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}

const runScript = (path: string, ...words: string[]) => run(process.execPath, '--import', 'tsx', path, ...words);

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const path = /^node --import tsx (\S+)$/.exec(command)?.[1];
  return path === undefined ? [] : [[name, path] as const];
});

/** Commands whose `--help` is not of a script: packages' own, and those of the product (test/cli/program.test.ts). */
const told = /^(\w+=\S+ )*(vitest|biome|tsc|knip|node cli\/bin\.js|npm run --silent check && vitest)\b/;

// Each starts a process that loads much of the product.
describe('a script of package.json', { timeout: 120_000 }, () => {
  it.concurrent.each(own)('%s tells how it is used and starts nothing', async (name, path) => {
    const { status, out } = await runScript(path, '--help');
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^npm run ${name}( -- .*)?\n[A-Z].+\\.\n`, 's'));
  });

  it('is such a script, a command that tells by itself, or the check, which tells too', async () => {
    const paths = own.map(([name]) => name);
    const others = Object.entries(scripts).filter(([name, command]) => !paths.includes(name) && !told.test(command));
    expect(others).toEqual([['check', '.ci/check']]);
    const { status, out } = await run('.ci/check', '--help');
    expect([status, out]).toEqual([0, expect.stringMatching(/^npm run check\n[A-Z].+\.\n$/)]);
  });

  it.concurrent.each([
    ['test/chaos/run.ts', ['--wihtout', 'kill'], /Unknown option '--wihtout'/],
    ['test/chaos/run.ts', ['--without', 'kil'], /^There is no kind of trouble "kil"\.\n/],
    ['test/fuzz/run.ts', ['--runs', 'many'], /^--runs is a number above 0, not "many"\.\n/],
    ['bench/index.ts', ['--quick', '--full'], /^--quick and --full are two sizes: choose one\.\n/],
    ['bench/index.ts', ['--only', 'P9'], /^no measure makes P9: there are P1, /],
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
