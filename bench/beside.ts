import { sql } from 'drizzle-orm';
import type { StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import type { RunningPostgres } from '#scripts/postgres.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';

/** A time (epoch seconds) in which nothing is stored, and jobs of it that are stored before others. */
interface Gap extends Range {
  readonly before: readonly StorableJob[];
}

/** What new jobs are stored beside: a database that holds so many jobs each time it is used. */
export interface Beside {
  readonly jobs: number;
  /**
   * Connects anew, and first stores a few jobs, as a sync that has been running for a while would have. What is stored then must be
   * of the gap too: it is taken away in the end.
   */
  use<Result>(gap: Gap, work: (writer: PageWriter) => Promise<Result>): Promise<Result>;
}

/** None: the tables are as new each time, and so is what is known of them. */
export const besideNone = (url: string): Beside => ({
  jobs: 0,
  use: ({ before }, work) =>
    usePageWriter(url, async (writer) => {
      await writer.write(before);
      await writer.database.query(sql`
        truncate mps.job, mps.job_transition, mps.job_hourly, mps.job_daily, mps.job_time_hourly`);
      await writer.database.query(sql`update mps.coverage set covered = '{}'`);
      return work(writer);
    }),
});

/** So many that copying them would take too long: what was stored is deleted, and its room given back. */
export const besideMany = (url: string, jobs: number): Beside => ({
  jobs,
  use: ({ from, to, before }, work) =>
    usePageWriter(url, async (writer) => {
      await writer.write(before);
      const result = await work(writer);
      const gap = sql`between to_timestamp(${from}) and to_timestamp(${to})`;
      await writer.database.query(sql`delete from mps.job where creation_time ${gap}`);
      await writer.database.query(sql`delete from mps.job_transition where job_creation_time ${gap}`);
      await writer.database.query(sql`vacuum`);
      return result;
    }),
});

/** A copy of a database, made anew each time. */
export function besideCopy(postgres: RunningPostgres, template: string, jobs: number): Beside {
  return {
    jobs,
    async use({ before }, work) {
      const name = `${template}_copy`;
      try {
        return await usePageWriter(await postgres.createDatabase(name, template), async (writer) => {
          await writer.write(before);
          return work(writer);
        });
      } finally {
        await postgres.dropDatabase(name);
      }
    },
  };
}

async function usePageWriter<Result>(url: string, work: (writer: PageWriter) => Promise<Result>): Promise<Result> {
  const writer = await createPageWriter(url, 2);
  try {
    return await work(writer);
  } finally {
    await writer.close();
  }
}
