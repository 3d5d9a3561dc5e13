/** `npm run simulate -- --seeds 10000 [--from 1]`: plays many histories on all cores and names the seeds that fail. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { type Result, simulate } from './simulate.ts';

interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

if (process.send) process.once('message', (share: Share) => void runShare(share));
else await runAll();

async function runShare({ from, to, step }: Share): Promise<void> {
  for (let seed = from; seed < to; seed += step) process.send?.(await simulate(seed));
  process.disconnect?.();
}

async function runAll(): Promise<void> {
  const usage = `npm run simulate -- [--seeds 1000] [--from 1]
Plays so many histories of the engine on a virtual clock and names the seeds that fail.`;
  const { values } = readArguments(usage, {
    options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
  });
  const first = readNumber(usage, '--from', values.from);
  const seeds = readNumber(usage, '--seeds', values.seeds);
  const started = Date.now();
  const step = Math.min(availableParallelism(), seeds);
  const failed: Result[] = [];
  const totals = { done: 0, calls: 0, runs: 0, refused: 0 };
  const take = (result: Result) => {
    totals.done += 1;
    totals.calls += result.calls;
    totals.runs += result.runs;
    totals.refused += result.refused;
    if (result.violations.length > 0) {
      failed.push(result);
      process.stdout.write(`seed ${result.seed}: ${result.violations.slice(0, 5).join('; ')}\n`);
    }
    if (totals.done % 1000 === 0) process.stdout.write(`${totals.done} of ${seeds}\n`);
  };
  await Promise.all(
    Array.from({ length: step }, (_, index) => runWorker({ from: first + index, to: first + seeds, step }, take)),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${totals.done} seeds, ${totals.runs} runs, ${totals.calls} calls, ${totals.refused} late pages refused in ${seconds} s: ${failed.length} failed\n`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function runWorker(share: Share, take: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = fork(import.meta.filename, { execArgv: ['--import', 'tsx'] });
    worker.on('message', take);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with status ${code}`))));
    worker.send(share);
  });
}
