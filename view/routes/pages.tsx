import { Hono } from 'hono';
import { selectSources } from '#db/select-health.ts';
import { toPosition } from '#db/select-jobs.ts';
import { selectTransitions } from '#db/select-transitions.ts';
import type { ViewContext } from '#view/context.ts';
import { findJob } from '#view/find-job.ts';
import { pageParameters, sourceParameter, toFilter } from '#view/job-parameters.ts';
import { listJobs } from '#view/list-jobs.ts';
import { toDocument } from '#view/pages/document.ts';
import { JobPage } from '#view/pages/job-page.tsx';
import { JobsPage } from '#view/pages/jobs-page.tsx';
import { parseParameters } from '#view/parameters.ts';
import { toQuery } from '#view/query.ts';

const jobsPerPage = 50;

/** The pages for people. */
export function createPageRoutes({ database, now, sourceSummary }: ViewContext): Hono {
  return new Hono()
    .get('/', async (context) => {
      const query = toQuery(context);
      const values = parseParameters(pageParameters, query);
      const at = now();
      const [page, sources] = await Promise.all([
        listJobs(database, { filter: toFilter(values), after: values.cursor, limit: jobsPerPage, withRaw: false }),
        selectSources(database, at),
      ]);
      return context.html(toDocument(<JobsPage {...{ page, sources, query, now: at, sourceSummary }} />));
    })
    .get('/jobs/:id', async (context) => {
      const { source } = parseParameters(sourceParameter, toQuery(context));
      const job = await findJob(database, { id: context.req.param('id'), source, withRaw: true });
      const transitions = await selectTransitions(database, toPosition(job));
      return context.html(toDocument(<JobPage {...{ job, transitions, sourceSummary }} />));
    });
}
