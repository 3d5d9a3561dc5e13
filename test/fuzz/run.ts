/**
 * The properties that the tests try briefly, tried long: whatever reads text from outside (environment, command line,
 * requests, cursors, signatures, payloads, answers of MPS and of channels).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { readers } from './readers.ts';

const usage = `npm run fuzz -- [--runs 5000] [--seed 1] [files …]
Tries whatever reads text from outside with so many examples a property.`;
const { values, positionals } = readArguments(usage, {
  options: {
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
  allowPositionals: true,
});
readNumber(usage, '--runs', values.runs);
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
