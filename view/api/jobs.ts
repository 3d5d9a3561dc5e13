import { toJsonText } from '#core/exact-json.ts';
import { selectJobLines } from '#db/select-job-lines.ts';
import { toPosition } from '#db/select-jobs.ts';
import { selectTransitions } from '#db/select-transitions.ts';
import { defineRoute } from '#view/api/route.ts';
import { toCarrier } from '#view/context.ts';
import { toListName, toPayload } from '#view/cursor.ts';
import { findJob } from '#view/find-job.ts';
import { toJobJson, toTransitionJson } from '#view/job-json.ts';
import { jobParameters, listParameters, sourceParameter, toFilter } from '#view/job-parameters.ts';
import { toJobsText } from '#view/jobs-text.ts';
import { answerJson } from '#view/json-answer.ts';
import { job, jobList, transitionList } from '#view/schemas/job.ts';

const path = '/v1/jobs';
const defaultLimit = 100;

/** What an answer may hold where nothing that carries it bounds it. */
const defaultAnswerBytes = 14_000_000;

const list = defineRoute({
  path,
  operationId: 'listJobs',
  tag: 'Jobs',
  summary: 'Jobs, newest first',
  description:
    'Filters combine: a job must pass each of them, with any one of its values. Pages are found by their place, not by counting: jobs that arrive meanwhile neither repeat nor hide any. A page looks through a bounded number of jobs, so that it takes some milliseconds however many there are: it may have fewer than `limit`, even none (also where jobs are large, because an answer has some megabytes at most), and only `next_cursor: null` says that there are no more.',
  query: listParameters,
  answer: { json: jobList, description: 'A page of jobs.' },
  async handle({ values, query, request, view: { database, cursors } }) {
    const name = toListName(path, query);
    const maxBytes = toCarrier(request).answerBytes ?? defaultAnswerBytes;
    const page = await selectJobLines(database, {
      filter: toFilter(values),
      after: cursors.readPosition(name, values.cursor),
      limit: values.limit ?? defaultLimit,
      withRaw: values.include !== undefined,
      maxLength: maxBytes,
    });
    const { jobs, next } = toJobsText(page, maxBytes);
    const cursor = next ? `"${cursors.write(name, toPayload(next))}"` : 'null';
    return answerJson(`{"jobs":[${jobs}],"next_cursor":${cursor}}`);
  },
});

const one = defineRoute({
  path: `${path}/{id}`,
  operationId: 'getJob',
  tag: 'Jobs',
  summary: 'One job',
  query: jobParameters,
  answer: { json: job, description: 'The job.' },
  refuses: [404],
  async handle({ values: { source, include }, request, view: { database } }) {
    const id = request.req.param('id') ?? '';
    const found = await findJob(database, { id, source, withRaw: include !== undefined });
    return answerJson(toJsonText(toJobJson(found)));
  },
});

const transitions = defineRoute({
  path: `${path}/{id}/transitions`,
  operationId: 'listTransitions',
  tag: 'Jobs',
  summary: 'The history of a job',
  query: sourceParameter,
  answer: { json: transitionList, description: 'Every observed change of its state.' },
  refuses: [404],
  async handle({ values: { source }, request, view: { database } }) {
    const id = request.req.param('id') ?? '';
    const found = await findJob(database, { id, source, withRaw: false });
    const rows = await selectTransitions(database, toPosition(found));
    return { transitions: rows.map(toTransitionJson), next_cursor: null };
  },
});

export const jobRoutes = [list, one, transitions];
