import { fillDatabase } from './fill-history.ts';
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
  const fill = async (jobs: number, runs: boolean) => {
    const url = await postgres.createDatabase(`jobs_${jobs}`);
    if (jobs > 0) {
      say(`storing ${jobs} jobs`);
      await fillDatabase(url, { rows: jobs, months: quick ? 1 : 9, until }, { runs });
    }
    return { jobs, url };
  };
  const all = await fill(rows[size], true);
  const view = await measureView(all.url, { quick, say });
  const fewer = [];
  for (const jobs of [0, ...steps[size]]) fewer.push(await fill(jobs, false));
  say('storing new jobs');
  const growth = await measureGrowth([...fewer, all], {
    from: until,
    rounds: quick ? 3 : 9,
    jobsARound: quick ? 3_000 : 140_000,
  });
  return { figures: [...growth.figures, ...view.figures], details: { growth: growth.details, view: view.details } };
};
