import type { Range } from '#core/range.ts';
import { type Beside, besideCopy, besideMany, besideNone } from './beside.ts';
import { fillDatabase, toSeconds } from './fill-history.ts';
import { measureGrowth } from './growth.ts';
import type { Measure } from './measure.ts';
import { measureView } from './view.ts';

const rows = { quick: 20_000, usual: 1_000_000, full: 10_000_000 };

/** Between none and all. */
const steps = { quick: [], usual: [], full: [10_000, 100_000, 1_000_000] };

/**
 * P7 and P6, over one database because filling it takes longer than both: first the view, which only reads, and then
 * new jobs, stored there and in databases that hold fewer.
 */
export const manyJobs: Measure = async ({ postgres, quick, full, say }) => {
  const size = quick ? 'quick' : full ? 'full' : 'usual';
  const until = Math.floor(Date.now() / 1000);
  const months = quick ? 2 : 9;
  const lastMonth = until - toSeconds(1);
  // With the first to warm up, an even number is left: each of the two is used last as often.
  const recent = toGaps({ from: lastMonth, to: until }, quick ? 5 : 11);
  const resting = toGaps({ from: until - toSeconds(months), to: lastMonth }, quick ? 3 : 9);
  const fill = async (jobs: number, runs: boolean) => {
    const name = `jobs_${jobs}`;
    const url = await postgres.createDatabase(name);
    if (jobs > 0) {
      say(`storing ${jobs} jobs`);
      await fillDatabase(url, { rows: jobs, months, until, gaps: [...resting, ...recent] }, { runs });
    }
    return { name, url };
  };
  const all = await fill(rows[size], true);
  const view = await measureView(all.url, { quick, say });
  const fewer: Beside[] = [];
  for (const jobs of steps[size]) fewer.push(besideCopy(postgres, (await fill(jobs, false)).name, jobs));
  say('storing new jobs');
  // It comes by once a minute, and so into some rounds and not into others.
  await postgres.set('autovacuum', 'off');
  const none = await fill(0, false);
  const jobsARound = quick ? 3_600 : 140_000;
  const sizes = { none: besideNone(none.url), fewer, many: besideMany(all.url, rows[size]) };
  const growth = await measureGrowth(sizes, { recent, resting, jobsARound });
  return { figures: [...growth.figures, ...view.figures], details: { growth: growth.details, view: view.details } };
};

/** Two and a half hours here and there, evenly, the more recent ones first. */
function toGaps({ from, to }: Range, count: number): Range[] {
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor(to - (to - from) * ((index + 0.5) / count));
    return { from: start, to: start + 9_000 };
  });
}
