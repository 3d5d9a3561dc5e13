import { type Beside, besideCopy, besideMany, besideNone } from './beside.ts';
import { fillDatabase } from './fill-history.ts';
import { measureGrowth, toGrowthSeconds } from './growth.ts';
import type { Measure } from './measure.ts';
import { createPageWriter } from './page-writer.ts';
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
  const rounds = quick ? 3 : 9;
  const until = toUntil(Date.now() / 1000, rounds);
  const fill = async (jobs: number, runs: boolean) => {
    const name = `jobs_${jobs}`;
    const url = await postgres.createDatabase(name);
    if (jobs > 0) {
      say(`storing ${jobs} jobs`);
      await fillDatabase(url, { rows: jobs, months: quick ? 1 : 9, until }, { runs });
    }
    return { name, url };
  };
  const all = await fill(rows[size], true);
  const view = await measureView(all.url, { quick, say });
  const fewer: Beside[] = [];
  for (const jobs of steps[size]) fewer.push(besideCopy(postgres, (await fill(jobs, false)).name, jobs));
  say('storing new jobs');
  const none = await createPageWriter((await fill(0, false)).url, 2);
  const many = await createPageWriter(all.url, 2);
  const growth = await measureGrowth(besideNone(none), [...fewer, besideMany(many, rows[size])], {
    from: until,
    rounds,
    jobsARound: quick ? 3_000 : 140_000,
  });
  await Promise.all([none.close(), many.close()]);
  return { figures: [...growth.figures, ...view.figures], details: { growth: growth.details, view: view.details } };
};

/**
 * Now, or so long before the end of the month that what is stored afterwards is still of this month: in the next there is nothing
 * beside it yet.
 */
function toUntil(now: number, rounds: number): number {
  const at = new Date(now * 1000);
  const monthEnd = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1) / 1000;
  return Math.floor(Math.min(now, monthEnd - toGrowthSeconds(rounds)));
}
