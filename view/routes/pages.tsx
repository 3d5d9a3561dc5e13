import { type Context, Hono } from 'hono';
import { selectFailures } from '#db/select-failures.ts';
import { selectGaps } from '#db/select-gaps.ts';
import { toPosition } from '#db/select-jobs.ts';
import { selectRuns } from '#db/select-runs.ts';
import { selectStats } from '#db/select-stats.ts';
import { selectTransitions } from '#db/select-transitions.ts';
import { maxFailures } from '#view/api/statistics.ts';
import { runParameters } from '#view/api/sync.ts';
import type { ViewContext } from '#view/context.ts';
import { toListName, toPayload } from '#view/cursor.ts';
import { findJob } from '#view/find-job.ts';
import { pageParameters, sourceParameter, toFilter } from '#view/job-parameters.ts';
import { toNumberedPage } from '#view/numbered-page.ts';
import { DocsPage } from '#view/pages/docs-page.tsx';
import { toDocument } from '#view/pages/document.ts';
import { FailuresPage } from '#view/pages/failures-page.tsx';
import { readFrame } from '#view/pages/frame.ts';
import { JobPage } from '#view/pages/job-page.tsx';
import { JobsPage } from '#view/pages/jobs-page.tsx';
import { OverviewPage } from '#view/pages/overview-page.tsx';
import { rangeParameter, ranges, toRangeHours } from '#view/pages/range.tsx';
import { RunsPage } from '#view/pages/runs-page.tsx';
import { parseParameters } from '#view/parameters.ts';
import { toQuery } from '#view/query.ts';
import { searchJobs } from '#view/search-jobs.ts';
import { toTidyQuery } from '#view/tidy-query.ts';

const rowsPerPage = 50;
const shownGaps = 100;

/** The pages for people. */
export function createPageRoutes(view: ViewContext): Hono {
  return new Hono()
    .get('/', (request) => answerOverview(request, view))
    .get('/jobs', (request) => answerJobs(request, view))
    .get('/jobs/:id', (request) => answerJob(request, view))
    .get('/failures', (request) => answerFailures(request, view))
    .get('/runs', (request) => answerRuns(request, view))
    .get('/docs', async (request) => {
      parseParameters({}, toQuery(request));
      return request.html(toDocument(<DocsPage frame={await readFrame(view)} />));
    });
}

async function answerOverview(request: Context, view: ViewContext) {
  const query = toQuery(request);
  const { range = '24h' } = parseParameters({ range: rangeParameter }, query);
  const hours = toRangeHours(range, view.now());
  const filter = { createdFrom: hours.from, createdTo: hours.to };
  const { interval } = ranges[range];
  const { database } = view;
  const [frame, gaps, byState, byPipeline, failures] = await Promise.all([
    readFrame(view),
    selectGaps(database, view.now(), shownGaps),
    selectStats(database, { filter, interval, by: ['state'], limit: 10_000 }),
    selectStats(database, { filter, interval, by: ['pipeline_id'], limit: 10_000 }),
    selectFailures(database, { filter, limit: maxFailures }),
  ]);
  return request.html(
    toDocument(<OverviewPage {...{ frame, gaps, byState, byPipeline, failures, hours, range, query }} />),
  );
}

async function answerJobs(request: Context, view: ViewContext) {
  const given = toQuery(request);
  const query = toTidyQuery(given);
  if (query.toString() !== given.toString())
    return request.redirect(query.size === 0 ? '/jobs' : `/jobs?${query}`, 303);
  const values = parseParameters(pageParameters, query);
  const name = toListName('/jobs', query);
  const [{ rows, next }, frame] = await Promise.all([
    searchJobs(view.database, {
      filter: toFilter(values),
      after: view.cursors.readPosition(name, values.cursor),
      limit: rowsPerPage,
    }),
    readFrame(view),
  ]);
  const nextCursor = next ? view.cursors.write(name, toPayload(next)) : null;
  const lookedTo = next && rows.length < rowsPerPage ? next.creationTime : undefined;
  return request.html(toDocument(<JobsPage {...{ frame, rows, nextCursor, lookedTo, query }} />));
}

async function answerJob(request: Context, view: ViewContext) {
  const { source } = parseParameters(sourceParameter, toQuery(request));
  const job = await findJob(view.database, { id: request.req.param('id') ?? '', source, withRaw: true });
  const [transitions, frame] = await Promise.all([selectTransitions(view.database, toPosition(job)), readFrame(view)]);
  return request.html(toDocument(<JobPage {...{ frame, job, transitions }} />));
}

async function answerFailures(request: Context, view: ViewContext) {
  const query = toQuery(request);
  const { range = '24h' } = parseParameters({ range: rangeParameter }, query);
  const hours = toRangeHours(range, view.now());
  const filter = { createdFrom: hours.from, createdTo: hours.to };
  const [frame, failures] = await Promise.all([
    readFrame(view),
    selectFailures(view.database, { filter, limit: maxFailures }),
  ]);
  return request.html(toDocument(<FailuresPage {...{ frame, failures, hours, range, query }} />));
}

async function answerRuns(request: Context, view: ViewContext) {
  const query = toQuery(request);
  const values = parseParameters(runParameters, query);
  const name = toListName('/runs', query);
  const [found, frame] = await Promise.all([
    selectRuns(view.database, {
      filter: { sources: values.source, outcomes: values.outcome },
      before: view.cursors.readNumber(name, values.cursor),
      limit: rowsPerPage + 1,
    }),
    readFrame(view),
  ]);
  const { rows, next } = toNumberedPage(found, { limit: rowsPerPage, cursors: view.cursors, name });
  return request.html(toDocument(<RunsPage {...{ frame, query }} runs={rows} nextCursor={next} />));
}
