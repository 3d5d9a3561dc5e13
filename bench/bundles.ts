/** P8: how large a function is, how soon it is ready, how much memory a long run takes. All in the bundle that is deployed. */
import { execFile, fork } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET } from '#simulator/access-key.ts';
import type { FunctionMeasured, FunctionTask } from './function-child.ts';
import type { BenchOptions, Figure, Measure } from './measure.ts';
import { readAnswer } from './read-answer.ts';
import { openStage, type Stage } from './stage.ts';
import { describe, toMedian } from './statistics.ts';

const day = 86_400_000;
const bars = { bundleMb: 1.5, readyMs: 300, peakMb: 256 };

export const bundles: Measure = async (options) => {
  const { undo, say, quick } = options;
  const removed = (path: string) => rm(path, { recursive: true, force: true });
  const dist = await undo.open(mkdtemp(join(tmpdir(), 'mps-sync-bench-dist-')), removed);
  say('P8 builds the functions');
  const building = promisify(execFile)(process.execPath, ['--import', 'tsx', 'build.ts', dist]);
  undo.add(() => building.child.kill() && building.catch(() => {}));
  await building;
  await buildChild(dist);
  const sizes = await readSizes(dist);
  const starts = await measureStarts(options, dist);
  const peaks: number[] = [];
  const jobs = quick ? 5_000 : 300_000;
  for (let round = 1; round <= (quick ? 1 : 3); round += 1) peaks.push(await measureMemory(options, dist, jobs, round));
  return { figures: toFigures(sizes, starts, { jobs, peaks }), details: { sizes, starts, memory: { jobs, peaks } } };
};

/** The child runs without tsx, which would cost both time and memory. */
async function buildChild(dist: string): Promise<void> {
  await build({
    entryPoints: ['bench/function-child.ts'],
    outfile: join(dist, 'child.mjs'),
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
}

async function readSizes(dist: string): Promise<Record<string, number>> {
  const folders = (await readdir(dist, { withFileTypes: true })).filter((each) => each.isDirectory());
  const names = folders.map(({ name }) => name).filter((name) => name !== 'maps');
  const sizes = names.map(async (name) => [name, (await stat(join(dist, name, 'index.js'))).size / 1e6] as const);
  return Object.fromEntries(await Promise.all(sizes));
}

/** From loading to the end of a run that has next to nothing to do, against a double that answers at once. */
async function measureStarts({ postgres, quick, say }: BenchOptions, dist: string): Promise<number[]> {
  const databaseUrl = await postgres.createDatabase('function_start');
  return withStage({ qps: 0 }, async (url) => {
    const times: number[] = [];
    for (let start = 0; start < (quick ? 2 : 7); start += 1) {
      say(`P8 starts the sync function, time ${start + 1}`);
      times.push((await callFunction(dist, { databaseUrl, url }, {})).readyMs);
    }
    // The first run of all makes the source's coverage and warms the server's caches.
    return times.slice(1);
  });
}

async function measureMemory({ postgres, say }: BenchOptions, dist: string, jobs: number, round: number) {
  const to = Date.now() - day;
  const databaseUrl = await postgres.createDatabase(`function_memory_${round}`);
  const latencyMs = { mean: 150, jitter: 50 };
  const history = { count: jobs, from: to - 30 * day, to };
  return withStage({ qps: 100, latencyMs, history }, async (url) => {
    say(`P8 round ${round}: reads ${jobs} jobs in the sync function`);
    const { peakMb, answer } = await callFunction(dist, { databaseUrl, url }, { payload: '{"until":"covered"}' });
    const { runs } = answer as { runs: { inserted: number }[] };
    const inserted = runs.reduce((sum, run) => sum + run.inserted, 0);
    if (inserted !== jobs) throw new Error(`${inserted} of ${jobs} jobs were stored`);
    return peakMb;
  });
}

async function withStage<Result>(options: Stage, work: (url: string) => Promise<Result>): Promise<Result> {
  const stage = await openStage(options);
  try {
    return await work(stage.url);
  } finally {
    await stage.close();
  }
}

async function callFunction(
  dist: string,
  { databaseUrl, url }: { databaseUrl: string; url: string },
  event: { payload?: string },
): Promise<FunctionMeasured> {
  const child = fork(join(dist, 'child.mjs'), {
    // As in an instance of 512 MB (s.yaml): with the memory of this machine before it, V8 has no reason to tidy up.
    execArgv: ['--max-old-space-size=460'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      DATABASE_URL: databaseUrl,
      MPS_ENDPOINT: url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: DEMO_ACCESS_KEY_ID,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEMO_ACCESS_KEY_SECRET,
    },
  });
  const timer = { triggerTime: new Date().toISOString(), triggerName: 'every-minute', payload: '', ...event };
  const task: FunctionTask = { file: resolve(dist, 'sync', 'index.js'), event: timer };
  child.send(task);
  return readAnswer(child, 'the function');
}

function toFigures(
  sizes: Record<string, number>,
  starts: readonly number[],
  memory: { jobs: number; peaks: readonly number[] },
): Figure[] {
  const ready = toMedian(starts);
  const size = Object.entries(sizes).map(([name, mb]) => `${name} ${mb.toFixed(2)}`);
  return [
    {
      id: 'P8',
      what: 'function bundles',
      bar: `≤ ${bars.bundleMb} MB`,
      measured: `${size.join(', ')} MB`,
      met: Object.values(sizes).every((mb) => mb <= bars.bundleMb),
    },
    {
      id: 'P8',
      what: 'load + first call of sync, beyond the start of Node',
      bar: `≤ ${bars.readyMs} ms`,
      measured: `${describe(starts, 0)} ms`,
      met: ready <= bars.readyMs,
    },
    {
      id: 'P8',
      what: `peak memory of a run of ${memory.jobs.toLocaleString('en-US')} jobs`,
      bar: `≤ ${bars.peakMb} MB`,
      measured: `${describe(memory.peaks, 0)} MB`,
      // What an instance has is not exceeded now and then.
      met: Math.max(...memory.peaks) <= bars.peakMb,
    },
  ];
}
