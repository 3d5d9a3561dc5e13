/** `npm run bench`: the product beside its peers and its limits, all in one run on one machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { closeOnSignal } from './close-on-signal.ts';
import type { Measure, Measured } from './measure.ts';
import { measures, pickMeasures } from './measures.ts';
import { readArguments } from './read-arguments.ts';
import { openPostgres, type RunningPostgres } from './stage.ts';
import { renderTable } from './table.ts';

const usage = `npm run bench -- [--quick | --full] [--only P1,P3]
Measures the product beside its peers and its limits, and prints a table. --quick only shows that everything runs.`;
const { values } = readArguments(usage, {
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const chosen = pickMeasures(measures, values.only);
const say = (text: string) => process.stderr.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
const size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
let server: RunningPostgres | undefined;
// Stopped early, the benchmark leaves no server behind.
closeOnSignal(async () => server?.close());
const all = [];
for (const { name, measure } of chosen) {
  say(`${name} …`);
  const result = await runAlone(measure);
  all.push(...result.figures);
  if (values.quick) continue;
  await mkdir('bench/results', { recursive: true });
  const text = JSON.stringify({ at: new Date(), size, machine, ...result }, null, 1);
  await writeFile(`bench/results/${name}.json`, `${text}\n`);
}
process.stdout.write(`${renderTable(all, { judged: !values.quick })}\n`);
// Small sizes say nothing of time: they only show that everything runs.
if (!values.quick && all.some(({ met }) => !met)) process.exitCode = 1;

/** On a server of its own, where nothing of other measures is being cleaned up: WAL, for one, is counted for the whole of it. */
async function runAlone(measure: Measure): Promise<Measured> {
  const postgres = await openPostgres();
  server = postgres;
  try {
    return await measure({ postgres, quick: values.quick, full: values.full, say });
  } finally {
    await postgres.close();
  }
}
