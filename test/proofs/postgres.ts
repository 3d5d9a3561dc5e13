import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from '#scripts/read-arguments.ts';
import { type Target, targets, whyMissing } from '../postgres-targets.ts';

const usage = `npm run proof:postgres -- [oldest|installed|pooled]… [test file or folder]…
Runs the tests that use a database on other servers than the embedded one: PostgreSQL 14 (oldest), the system's own (installed) and
through pgbouncer in transaction mode (pooled). What is not installed is skipped, with what to install, unless it is asked for by name.`;
const { positionals } = readArguments(usage, { allowPositionals: true });
const isTarget = (word: string): word is Target => targets.some((target) => target === word);
const asked = positionals.filter(isTarget);
const wanted = asked.length > 0 ? asked : targets.filter((target) => target !== 'embedded');
const named = positionals.filter((word) => !isTarget(word));
const folders = ['db', 'sync', 'alerts', 'view', 'functions'].map((name) => `test/${name}/`);
const paths = named.length > 0 ? named : [...folders, ...findOthers()];

const results = new Map<Target, string>();
for (const target of wanted) results.set(target, decideMissing(target) ?? (await run(target)));
for (const [target, result] of results) process.stdout.write(`${target}: ${result}\n`);
process.exitCode = [...results.values()].some((result) => result.startsWith('FAILED')) ? 1 : 0;

/** What becomes of a target that cannot be had here. */
function decideMissing(target: Target): string | undefined {
  const reason = whyMissing(target);
  return reason && `${asked.includes(target) ? 'FAILED' : 'skipped'}: ${reason}`;
}

/** Tests elsewhere that ask for a database, by the names of what gives them one. `mps-sync start` brings a server of its own. */
function findOthers(): string[] {
  const asks = /\buse(Database|Store|View|Alerts)\(|\binject\('postgresUrl'\)/;
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => join('test', name))
    .filter((path) => path.endsWith('.test.ts') && !folders.some((folder) => path.startsWith(folder)))
    .filter((path) => asks.test(readFileSync(path, 'utf8')))
    .sort();
}

async function run(target: Target): Promise<string> {
  process.stdout.write(`${target}: ${paths.join(' ')}\n`);
  const startedAt = Date.now();
  const env = { ...process.env, TEST_POSTGRES: target };
  // What a test may take is asked of the embedded server; here the machine may be as busy as it likes.
  const patience = ['--testTimeout=120000', '--hookTimeout=120000'];
  const tests = spawn('npx', ['vitest', 'run', '--maxWorkers=2', ...patience, ...paths], { env, stdio: 'inherit' });
  const [code] = await once(tests, 'exit');
  return `${code === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - startedAt) / 1000)} s`;
}
