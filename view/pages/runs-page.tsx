import type { RunRow } from '#db/select-runs.ts';
import type { Frame } from '#view/pages/frame.ts';
import { toHref } from '#view/pages/href.ts';
import { Layout } from '#view/pages/layout.tsx';
import { RunsTable } from '#view/pages/runs-table.tsx';

export interface RunsPageProps {
  readonly frame: Frame;
  readonly runs: readonly RunRow[];
  readonly nextCursor: string | null;
  readonly query: URLSearchParams;
}

const path = '/runs';
const outcomes = ['completed', 'partial', 'failed', 'skipped', 'running'];

/** What the sync did, run by run. */
export function RunsPage({ frame, runs, nextCursor, query }: RunsPageProps) {
  return (
    <Layout title="Runs" at={path} frame={frame}>
      <div class="heading">
        <h1>Runs of the sync</h1>
        <OutcomeTabs query={query} />
      </div>
      <div data-live="runs">
        {runs.length === 0 ? (
          <p class="panel empty">{query.size === 0 ? 'No run yet.' : 'No run matches.'}</p>
        ) : (
          <RunsTable frame={frame} runs={runs} />
        )}
      </div>
      <p class="pages" data-live="pages">
        {query.has('cursor') && (
          <a class="button" href={toHref(path, query, { cursor: undefined })}>
            Newest
          </a>
        )}
        {nextCursor !== null && (
          <a class="button" href={toHref(path, query, { cursor: nextCursor })} rel="next">
            Older
          </a>
        )}
      </p>
    </Layout>
  );
}

function OutcomeTabs({ query }: { query: URLSearchParams }) {
  const current = query.get('outcome') ?? undefined;
  return (
    <nav class="tabs" aria-label="Runs by outcome">
      <ul>
        {[undefined, ...outcomes].map((outcome) => (
          <li>
            <a
              href={toHref(path, query, { outcome, cursor: undefined })}
              {...(outcome === current ? { 'aria-current': 'page' as const } : {})}
            >
              {outcome ?? 'All'}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
