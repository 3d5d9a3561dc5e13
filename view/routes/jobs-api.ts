import { Hono } from 'hono';
import { toPosition } from '#db/select-jobs.ts';
import { selectTransitions } from '#db/select-transitions.ts';
import type { ViewContext } from '#view/context.ts';
import { findJob } from '#view/find-job.ts';
import { toJobJson, toTransitionJson } from '#view/job-json.ts';
import { jobParameters, listParameters, sourceParameter, toFilter } from '#view/job-parameters.ts';
import { listJobs } from '#view/list-jobs.ts';
import { parseParameters } from '#view/parameters.ts';
import { toQuery } from '#view/query.ts';

const defaultLimit = 100;

/** The list of jobs, one job, and its history, as JSON. */
export function createJobRoutes({ database }: ViewContext): Hono {
  return new Hono()
    .get('/v1/jobs', async (context) => {
      const values = parseParameters(listParameters, toQuery(context));
      const { rows, nextCursor } = await listJobs(database, {
        filter: toFilter(values),
        after: values.cursor,
        limit: values.limit ?? defaultLimit,
        withRaw: values.include !== undefined,
      });
      return context.json({ jobs: rows.map(toJobJson), next_cursor: nextCursor });
    })
    .get('/v1/jobs/:id', async (context) => {
      const { source, include } = parseParameters(jobParameters, toQuery(context));
      const job = await findJob(database, { id: context.req.param('id'), source, withRaw: include !== undefined });
      return context.json(toJobJson(job));
    })
    .get('/v1/jobs/:id/transitions', async (context) => {
      const { source } = parseParameters(sourceParameter, toQuery(context));
      const job = await findJob(database, { id: context.req.param('id'), source, withRaw: false });
      const transitions = await selectTransitions(database, toPosition(job));
      return context.json({ transitions: transitions.map(toTransitionJson), next_cursor: null });
    });
}
