/**
 * `npm run bench:quota [-- [--seed N] SECONDS]`: four processes on one account, and outside callers who take a random share of its calls: how
 * well what is left is used, and how often a call is refused.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres } from '#scripts/postgres.ts';
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { keepResult } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import { callFromOutside } from './outside-calls.ts';
import type { QuotaTask } from './quota-child.ts';
import { cap, toQuotaFigures } from './quota-figures.ts';
import { openStage } from './stage.ts';
import { renderTable } from './table.ts';

const usual = 60;
const usage = `npm run bench:quota -- [--seed N] [seconds, else ${usual}]
Lets four processes and outside callers share an account, and tells how well they use it. Shorter than usual, it judges nothing.
  --seed N  how the outside callers' share drifts, 1 unless told`;
const { values, positionals } = readArguments(usage, { allowPositionals: true, options: { seed: { type: 'string' } } });
const seed = readNumber(usage, 'seed', values.seed ?? '1');
const seconds = readNumber(usage, 'seconds', positionals[0] ?? String(usual));
const judged = seconds >= usual;
const day = 86_400_000;
const to = Date.now() - day;
const from = to - 90 * day;
const ourEnv = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'ours', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'ours' };

const circumstances = readCircumstances();
const undo = createUndo();
const close = closeOnSignal(undo.run);
try {
  const postgres = await undo.open(openPostgres(), (server) => server.close());
  const stage = await undo.open(openStage(toStage()), (double) => double.close());
  const databaseUrl = await postgres.createDatabase('quota');
  const task = { databaseUrl, url: stage.url, since: Math.floor(from / 1000), seconds, env: ourEnv };
  const children = ['a', 'b', 'c', 'd'].map((name) => startChild({ ...task, name }));
  const outside = callFromOutside(stage.url, { cap, forMs: seconds * 1000, key: 'others', seed });
  await Promise.all(children.map(toEnd));
  await outside;
  const { figures, details } = toQuotaFigures(await stage.traffic('ours'), await stage.traffic('others'));
  process.stdout.write(`${renderTable(figures, { judged })}\n`);
  if (judged)
    await keepResult('quota', { ...circumstances, postgres: postgres.facts, seed, seconds, figures, details });
  if (judged && figures.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  await close();
}

function toStage() {
  return {
    qps: cap,
    quotaWindow: 'sliding',
    maxPageSize: 10,
    latencyMs: { mean: 150, jitter: 50 },
    accessKeys: { ours: { secret: 'ours', account: 'one' }, others: { secret: 'others', account: 'one' } },
    history: { count: 200_000, from, to, skew: 'uniform' },
  } as const;
}

function startChild(task: QuotaTask): ChildProcess {
  const child = fork('bench/quota-child.ts', { execArgv: ['--import', 'tsx'] });
  undo.add(() => child.kill());
  child.send(task);
  return child;
}

async function toEnd(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`a process that reads ended with ${code}`);
}
