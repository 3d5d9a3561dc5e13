/** `npm run bench`: the product beside its peers and its limits, all in one run on one machine. */

import { readCircumstances } from '#scripts/circumstances.ts';
import { closeOnSignal } from '#scripts/close-on-signal.ts';
import { openPostgres } from '#scripts/postgres.ts';
import { readArguments, refuse } from '#scripts/read-arguments.ts';
import { type Kept, keepResult } from '#scripts/results.ts';
import { createUndo } from '#scripts/undo.ts';
import type { Measured } from './measure.ts';
import { measures, type NamedMeasure, pickMeasures, type Size, toResultName, unknownFigures } from './measures.ts';
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
if (values.quick && values.full) refuse(usage, '--quick and --full are two sizes: choose one.');
const unknown = unknownFigures(measures, values.only);
if (unknown) refuse(usage, unknown);
const size: Size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
const say = (text: string) => process.stderr.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);
const all = [];
for (const measure of pickMeasures(measures, values.only)) {
  say(`${measure.name} …`);
  const result = await runAlone(measure);
  all.push(...result.figures);
  if (size !== 'quick') await keepResult(toResultName(measure, size), { size, ...result });
}
process.stdout.write(`${renderTable(all, { judged: size !== 'quick' })}\n`);
// Small sizes say nothing of time: they only show that everything runs.
if (size !== 'quick' && all.some(({ met }) => !met)) process.exitCode = 1;

/**
 * On a server of its own, where nothing of other measures is being cleaned up: WAL, for one, is counted for the whole of it. Stopped
 * early, it leaves nothing behind.
 */
async function runAlone({ measure }: NamedMeasure): Promise<Kept<Measured>> {
  const circumstances = readCircumstances();
  const undo = createUndo();
  const close = closeOnSignal(undo.run);
  try {
    const postgres = await undo.open(openPostgres(), (server) => server.close());
    const measured = await measure({ postgres, quick: size === 'quick', full: size === 'full', undo, say });
    return { ...circumstances, postgres: postgres.facts, ...measured };
  } finally {
    await close();
  }
}
