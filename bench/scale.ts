/** `npm run scale-model [-- <jobs a day> <accounts> [<lookback minutes>]]`: the table, or one deployment in full. */
import { modelScale } from './scale-model.ts';
import { readConstants, renderScaleTable } from './scale-table.ts';

const [jobsPerDay, accounts = 1, lookbackMinutes = 60] = process.argv.slice(2).map(Number);
const constants = readConstants();
const answer =
  jobsPerDay === undefined
    ? renderScaleTable(constants)
    : JSON.stringify(modelScale({ jobsPerDay, accounts, lookbackMinutes, retentionDays: 90 }, constants), null, 2);
process.stdout.write(`${answer}\n`);
