import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Target, targets, whyMissing } from '../postgres-targets.ts';

/**
 * The tests that use a database on every PostgreSQL besides the embedded one: the oldest release supported, the one that
 * the system has, and a pooler in transaction mode. `npm run proof:postgres [target…] [test file or folder…]`. A target
 * that is not installed is named, with what to install, and is a failure: name the others to do without it.
 */
const words = process.argv.slice(2);
const isTarget = (word: string): word is Target => targets.some((target) => target === word);
const wanted = words.some(isTarget) ? words.filter(isTarget) : targets.filter((target) => target !== 'embedded');
const named = words.filter((word) => !isTarget(word));
const folders = ['db', 'sync', 'alerts', 'view', 'functions'].map((name) => `test/${name}/`);
const paths = named.length > 0 ? named : [...folders, ...findOthers()];

const results = new Map<Target, string>();
for (const target of wanted) results.set(target, whyMissing(target) ?? (await run(target)));
for (const [target, result] of results) process.stdout.write(`${target}: ${result}\n`);
process.exitCode = [...results.values()].every((result) => result.startsWith('passed')) ? 0 : 1;

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
