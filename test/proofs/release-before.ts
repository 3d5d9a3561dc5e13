import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readArguments } from '#scripts/read-arguments.ts';

const usage = `npm run proof:release -- [commit or tag]
Builds the functions of the release before (else the last tag that this commit came after; while there is none, the first commit that
had all three functions) and runs them on this release's schema.`;
const { positionals } = readArguments(usage, { allowPositionals: true });
const firstWithAllFunctions = 'eeed608';

const git = (...words: string[]): string =>
  execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function findRelease(): string {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^');
  } catch {
    return firstWithAllFunctions;
  }
}

/** Without the history, as in a shallow clone, there is nothing to prove: that is said and is a failure. */
function checkOut(release: string, folder: string): void {
  try {
    git('worktree', 'add', '--detach', folder, release);
  } catch (cause) {
    throw new Error(`${release} is not in this clone: git fetch --tags --unshallow`, { cause });
  }
}

/** With the packages that release had, so that its bundles are what was deployed. */
function build(folder: string): void {
  const options = { cwd: folder, stdio: 'inherit' } as const;
  const lock = (root: string) => readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (lock(folder) === lock('.')) symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], options);
  execFileSync('npm', ['run', '--silent', 'build'], options);
}

const release = positionals[0] ?? findRelease();
const aside = mkdtempSync(join(tmpdir(), 'mps-sync-release-'));
const folder = join(aside, 'checkout');
try {
  checkOut(release, folder);
  build(folder);
  cpSync(join(folder, 'dist'), join(aside, 'dist'), { recursive: true });
  process.stdout.write(`The functions of ${git('log', '-1', '--format=%h, %s', release)}, on this schema:\n`);
  const env = { ...process.env, TEST_DIST_BEFORE: join(aside, 'dist') };
  const { status } = spawnSync('npx', ['vitest', 'run', 'test/functions/release-before.test.ts'], {
    env,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  git('worktree', 'remove', '--force', folder);
  rmSync(aside, { recursive: true, force: true });
}
