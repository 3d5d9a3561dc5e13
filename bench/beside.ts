import { sql } from 'drizzle-orm';
import type { RunningPostgres } from '#scripts/postgres.ts';
import { makeJobs } from './make-jobs.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';

/** What new jobs are stored beside: a database that holds so many jobs each time it is used. */
export interface Beside {
  readonly jobs: number;
  use<Result>(work: (writer: PageWriter) => Promise<Result>): Promise<Result>;
}

/** None: what was stored before is gone each time, and what is known of it. */
export const besideNone = (writer: PageWriter): Beside => ({
  jobs: 0,
  async use(work) {
    await writer.database.query(sql`
      truncate mps.job, mps.job_transition, mps.job_hourly, mps.job_daily, mps.job_time_hourly`);
    await writer.database.query(sql`update mps.coverage set covered = '{}'`);
    return work(writer);
  },
});

/** So many that what is stored each time makes no difference; and copying them would take too long. */
export const besideMany = (writer: PageWriter, jobs: number): Beside => ({ jobs, use: (work) => work(writer) });

/** A copy of a database, made anew each time, with a few pages stored in it so that its connections have their plans. */
export function besideCopy(postgres: RunningPostgres, template: string, jobs: number): Beside {
  const warmUp = makeJobs({ count: 3_000, from: 0, to: 86_400, seed: 1 }).open;
  return {
    jobs,
    async use(work) {
      const name = `${template}_copy`;
      const writer = await createPageWriter(await postgres.createDatabase(name, template), 2);
      try {
        await writer.write(warmUp);
        return await work(writer);
      } finally {
        await writer.close();
        await postgres.dropDatabase(name);
      }
    },
  };
}
