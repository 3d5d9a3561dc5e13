import { selectFailures } from '#db/select-failures.ts';
import { selectStats, statDimensions } from '#db/select-stats.ts';
import { defineRoute } from '#view/api/route.ts';
import { toHours } from '#view/hours.ts';
import { filterParameters } from '#view/job-parameters.ts';
import { oneOfThese, someOf } from '#view/parameters.ts';
import { badParameter, RefusalError } from '#view/problem.ts';
import { toRfc3339 } from '#view/rfc3339.ts';
import { failureList, statList } from '#view/schemas/statistics.ts';

const { source, pipeline, state, code, created_from, created_to } = filterParameters;
const whole = ' In whole hours (UTC). Default: the last 24 hours.';
const range = {
  created_from: { ...created_from, description: created_from.description + whole },
  created_to: { ...created_to, description: created_to.description + whole },
};

/** Most rows of one answer, and most days by interval. */
const maxStats = 10_000;
const maxDays = { hour: 93, day: 3_660, all: 3_660 } as const;
export const maxFailures = 1_000;

const stats = defineRoute({
  path: '/v1/stats',
  operationId: 'countJobs',
  tag: 'Statistics',
  summary: 'Jobs counted over time',
  description: `At most ${maxStats} rows, ${maxDays.hour} days by the hour and ${maxDays.day} by the day: ask for more in parts.`,
  query: {
    ...range,
    source,
    pipeline,
    state,
    code,
    interval: oneOfThese(
      ['hour', 'day', 'all'],
      'The length of a span (UTC); `all` counts the whole time once. Default `hour`.',
    ),
    by: someOf(statDimensions, 'What to count by, besides time. Default `state`.'),
  },
  answer: { json: statList, description: 'The counts.' },
  async handle({ values, view: { database, now } }) {
    const interval = values.interval ?? 'hour';
    const hours = toHours({ from: values.created_from, to: values.created_to, now: now(), maxDays: maxDays[interval] });
    const rows = await selectStats(database, {
      filter: {
        sources: values.source,
        pipelines: values.pipeline,
        states: values.state,
        codes: values.code,
        createdFrom: hours.from,
        createdTo: hours.to,
      },
      interval,
      by: values.by ?? ['state'],
      limit: maxStats + 1,
    });
    if (rows.length > maxStats) throw new RefusalError(tooMany);
    const counts = rows.map((row) => ({ ...row, time: toRfc3339(row.time) }));
    return { from: toRfc3339(hours.from), to: toRfc3339(hours.to), stats: counts, next_cursor: null };
  },
});

const tooMany = badParameter(
  `The answer would have more than ${maxStats} rows: ask for a shorter time, a longer "interval" or less in "by".`,
);

const failures = defineRoute({
  path: '/v1/failures',
  operationId: 'groupFailures',
  tag: 'Statistics',
  summary: 'Failed jobs, grouped by source, pipeline and code',
  query: { ...range, source, pipeline, code },
  answer: { json: failureList, description: 'The groups.' },
  async handle({ values, view: { database, now } }) {
    const hours = toHours({ from: values.created_from, to: values.created_to, now: now(), maxDays: maxDays.day });
    const filter = {
      sources: values.source,
      pipelines: values.pipeline,
      codes: values.code,
      createdFrom: hours.from,
      createdTo: hours.to,
    };
    const rows = await selectFailures(database, { filter, limit: maxFailures });
    const groups = rows.map((row) => ({
      ...row,
      share: row.jobs / row.pipeline_jobs,
      first_created_at: toRfc3339(row.first_created_at),
      last_created_at: toRfc3339(row.last_created_at),
    }));
    return { from: toRfc3339(hours.from), to: toRfc3339(hours.to), failures: groups, next_cursor: null };
  },
});

export const statisticsRoutes = [failures, stats];
