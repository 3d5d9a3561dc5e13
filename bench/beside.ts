import { sql } from 'drizzle-orm';
import type { StorableJob } from '#core/job.ts';
import type { RunningPostgres } from '#scripts/postgres.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';

/** What new jobs are stored beside: a database that holds so many jobs each time it is used. */
export interface Beside {
  readonly jobs: number;
  /** First stores a few jobs of the time just before, as a sync that has been running for a while would have. */
  use<Result>(before: readonly StorableJob[], work: (writer: PageWriter) => Promise<Result>): Promise<Result>;
}

/** None: what was stored before is gone each time, and what is known of it; but the connections have their plans. */
export const besideNone = (writer: PageWriter): Beside => ({
  jobs: 0,
  async use(before, work) {
    await writer.write(before);
    await writer.database.query(sql`
      truncate mps.job, mps.job_transition, mps.job_hourly, mps.job_daily, mps.job_time_hourly`);
    await writer.database.query(sql`update mps.coverage set covered = '{}'`);
    return work(writer);
  },
});

/** So many that copying them would take too long: what is stored each time stays. */
export const besideMany = (writer: PageWriter, jobs: number): Beside => ({
  jobs,
  async use(before, work) {
    await writer.write(before);
    return work(writer);
  },
});

/** A copy of a database, made anew each time. */
export function besideCopy(postgres: RunningPostgres, template: string, jobs: number): Beside {
  return {
    jobs,
    async use(before, work) {
      const name = `${template}_copy`;
      const writer = await createPageWriter(await postgres.createDatabase(name, template), 2);
      try {
        await writer.write(before);
        return await work(writer);
      } finally {
        await writer.close();
        await postgres.dropDatabase(name);
      }
    },
  };
}
