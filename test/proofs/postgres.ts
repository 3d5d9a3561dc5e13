import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { targets, whyMissing } from '../postgres-targets.ts';

/**
 * The tests of storage and of the sync on every PostgreSQL there is here besides the embedded one: an older release,
 * and a pooler in transaction mode. What is not installed is named and left out.
 */
const folders = process.argv.length > 2 ? process.argv.slice(2) : ['test/db', 'test/sync'];
let failed = false;
for (const target of targets) {
  if (target === 'embedded') continue;
  const missing = whyMissing(target);
  process.stdout.write(missing ? `${target}: SKIPPED, ${missing}\n` : `${target}: ${folders.join(' ')}\n`);
  if (missing) continue;
  const env = { ...process.env, TEST_POSTGRES: target };
  const tests = spawn('npx', ['vitest', 'run', ...folders], { env, stdio: 'inherit' });
  const [code] = await once(tests, 'exit');
  failed ||= code !== 0;
}
process.exitCode = failed ? 1 : 0;
