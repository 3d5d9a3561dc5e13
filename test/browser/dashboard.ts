import { sql } from 'drizzle-orm';
import type { ViewOptions } from '#view/app.ts';
import { serveView } from '../view/serve-view.ts';
import { useView } from '../view/use-view.ts';
import { makeJobs, now } from './demo-data.ts';

/** Views of a database with a day of jobs, a gap, and runs that went well and badly. */
export function useDashboard() {
  const view = useView();
  const serve = (options: Partial<ViewOptions> = {}) => serveView(view.createApp({ now: () => now, ...options }));
  return {
    ...view,
    serve,
    async seed() {
      const seconds = now / 1000;
      const writer = await view.startWriter('default', seconds - 86_400);
      const jobs = makeJobs();
      for (let index = 0; index < jobs.length; index += 300) await writer.write(...jobs.slice(index, index + 300));
      await writer.cover(seconds - 86_400, seconds - 7_200);
      await writer.cover(seconds - 3_600, seconds - 6);
      await writer.finish('completed');
      const failed = await view.startWriter('default', seconds - 86_400);
      await failed.finish('failed', 'mps_throttled');
      await view.db.database.query(sql`
        update mps.sync_run set started_at = to_timestamp(${seconds}::float8) - id * interval '1 minute',
          finished_at = to_timestamp(${seconds}::float8) - id * interval '1 minute' + interval '2 seconds'`);
      return jobs;
    },
  };
}
