/** `npm run bench`: the product beside its peers and its limits, all in one run on one machine. */

import { readArguments, refuse } from '#scripts/read-arguments.ts';
import { keepResult } from '#scripts/results.ts';
import { measureApart } from './measure-apart.ts';
import { measures, pickMeasures, type Size, toResultName, unknownFigures } from './measures.ts';
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
const all = [];
for (const measure of pickMeasures(measures, values.only)) {
  const result = await measureApart(measure, size);
  all.push(...result.figures);
  if (size !== 'quick') await keepResult(toResultName(measure, size), { size, ...result });
}
process.stdout.write(`${renderTable(all, { judged: size !== 'quick' })}\n`);
// Small sizes say nothing of time: they only show that everything runs.
if (size !== 'quick' && all.some(({ met }) => !met)) process.exitCode = 1;
