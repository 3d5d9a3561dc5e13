import { Hono } from 'hono';
import { selectSources, selectStateCounts } from '#db/select-health.ts';
import type { ViewContext } from '#view/context.ts';
import { decideOverallFreshness, toSourceJson } from '#view/health.ts';
import { parseParameters } from '#view/parameters.ts';
import { toQuery } from '#view/query.ts';
import { toRfc3339 } from '#view/rfc3339.ts';

const daySeconds = 86_400;
/** Stands for the jobs without a state, whose state is `null` everywhere else: a key of JSON is a text. */
const noState = '(none)';

/** `/v1/health`: how fresh and how complete the copy is. It answers 200 also when the copy is stale: see `status`. */
export function createHealthRoutes({ database, now }: ViewContext): Hono {
  return new Hono().get('/v1/health', async (context) => {
    parseParameters({}, toQuery(context));
    const at = now();
    const [sources, states] = await Promise.all([
      selectSources(database, at),
      selectStateCounts(database, at - daySeconds),
    ]);
    return context.json({
      status: decideOverallFreshness(sources, at),
      now: toRfc3339(at),
      sources: sources.map((row) => toSourceJson(row, at)),
      jobs_last_24h_by_state: Object.fromEntries(states.map(({ state, jobs }) => [state ?? noState, jobs])),
    });
  });
}
