/**
 * `npm run fuzz -- [--runs 5000] [--seed 1] [files …]`: the properties that the tests try briefly, tried long: whatever reads
 * text from outside (environment, command line, requests, cursors, signatures, payloads, answers of MPS and of channels).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
  allowPositionals: true,
});
const readers = [
  'test/fuzz',
  'test/core/config.test.ts',
  'test/core/source-list.test.ts',
  'test/core/timer-payload.test.ts',
  'test/core/job.test.ts',
  'test/core/storable-text.test.ts',
  'test/core/plain-text.test.ts',
  'test/mps/answer.test.ts',
  'test/mps/refusal.test.ts',
  'test/mps/sign.test.ts',
  'test/view/contract.test.ts',
];
process.stdout.write(`${values.runs} examples a property, seed ${values.seed}\n`);
const tests = spawn(
  'npx',
  ['vitest', 'run', '--testTimeout=3600000', ...(positionals.length > 0 ? positionals : readers)],
  {
    env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed },
    stdio: 'inherit',
  },
);
const [code] = await once(tests, 'exit');
process.exitCode = Number(code ?? 1);
