/** `npm run proof:alerts`: the test of what alerting survives, at its whole size. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readArguments } from '#scripts/read-arguments.ts';

readArguments(
  `npm run proof:alerts
Crashes alerting two hundred times and sends it a storm of 10,000 failures: each failure must be told of once.`,
  {},
);
const env = { ...process.env, ALERT_PROOF: 'whole' };
const tests = spawn('npx', ['vitest', 'run', 'test/alerts/outage.test.ts'], { env, stdio: 'inherit' });
const [status] = await once(tests, 'exit');
process.exitCode = status ?? 1;
