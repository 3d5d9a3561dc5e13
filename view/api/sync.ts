import { selectGaps } from '#db/select-gaps.ts';
import { selectSources } from '#db/select-health.ts';
import { selectRuns } from '#db/select-runs.ts';
import { selectStandbyLag } from '#db/select-standby.ts';
import { selectStats } from '#db/select-stats.ts';
import { defineRoute } from '#view/api/route.ts';
import { toListName } from '#view/cursor.ts';
import { decideOverallFreshness, toSourceJson } from '#view/health.ts';
import { toHours } from '#view/hours.ts';
import { toRunJson } from '#view/job-json.ts';
import { toNumberedPage } from '#view/numbered-page.ts';
import { aCursor, aLimit, anyOf, someOf } from '#view/parameters.ts';
import { toRfc3339 } from '#view/rfc3339.ts';
import { health, runList } from '#view/schemas/sync.ts';

const defaultLimit = 100;
const maxGaps = 100;
/** Stands for the jobs without a state, whose state is `null` everywhere else: a key of JSON is a text. */
const noState = '(none)';

export const runParameters = {
  source: anyOf('Runs of one of these sources.'),
  outcome: someOf(
    ['completed', 'partial', 'failed', 'skipped', 'running'],
    'Runs that ended so; `running` for those under way.',
  ),
  cursor: aCursor,
} as const;

const runs = defineRoute({
  path: '/v1/runs',
  operationId: 'listRuns',
  tag: 'Sync',
  summary: 'Runs of the sync, newest first',
  query: { ...runParameters, limit: aLimit(1000, 'Runs in one answer; 100 unless given.') },
  answer: { json: runList, description: 'A page of runs.' },
  async handle({ values, query, view: { database, cursors } }) {
    const name = toListName('/v1/runs', query);
    const limit = values.limit ?? defaultLimit;
    const found = await selectRuns(database, {
      filter: { sources: values.source, outcomes: values.outcome },
      before: cursors.readNumber(name, values.cursor),
      limit: limit + 1,
    });
    const { rows, next } = toNumberedPage(found, { limit, cursors, name });
    return { runs: rows.map(toRunJson), next_cursor: next };
  },
});

const freshness = defineRoute({
  path: '/v1/health',
  operationId: 'getHealth',
  tag: 'Sync',
  summary: 'How fresh and how complete the copy is',
  description: 'Answers 200 also when the copy is stale: see `status`.',
  query: {},
  answer: { json: health, description: 'The copy, source by source.' },
  async handle({ view: { database, now } }) {
    const at = now();
    const day = toHours({ from: undefined, to: undefined, now: at, maxDays: 1 });
    const filter = { createdFrom: day.from, createdTo: day.to };
    const [sources, states, gaps, lag] = await Promise.all([
      selectSources(database, at),
      selectStats(database, { filter, interval: 'all', by: ['state'], limit: 1_000 }),
      selectGaps(database, at, maxGaps),
      selectStandbyLag(database),
    ]);
    return {
      status: decideOverallFreshness(sources, at),
      now: toRfc3339(at),
      standby_lag_seconds: lag,
      sources: sources.map((row) => toSourceJson(row, gaps, at)),
      jobs_last_24h_by_state: Object.fromEntries(states.map(({ state, jobs }) => [state ?? noState, jobs])),
    };
  },
});

export const syncRoutes = [runs, freshness];
