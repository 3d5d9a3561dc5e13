/** `npm run scale-model [-- <jobs a day> [<accounts> [<lookback minutes>]]]`: the table, or one deployment in full. */
import { readArguments, readNumber } from '#scripts/read-arguments.ts';
import { modelScale } from './scale-model.ts';
import { readConstants, renderScaleTable } from './scale-table.ts';

const usage = `npm run scale-model -- [jobs a day] [accounts, else 1] [lookback in minutes, else 60]
Prints what a deployment of this size needs and what gives first; without a size, the table of docs/scaling.md.`;
const { positionals } = readArguments(usage, { allowPositionals: true });
const constants = readConstants();
const [jobs, accounts = '1', lookback = '60'] = positionals;
const answer = jobs === undefined ? renderScaleTable(constants) : JSON.stringify(modelOne(jobs), null, 2);
process.stdout.write(`${answer}\n`);

function modelOne(jobs: string) {
  const input = {
    jobsPerDay: readNumber(usage, 'jobs a day', jobs),
    accounts: readNumber(usage, 'accounts', accounts),
    lookbackMinutes: readNumber(usage, 'lookback', lookback),
    retentionDays: 90,
  };
  return modelScale(input, constants);
}
