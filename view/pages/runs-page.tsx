import type { RunRow } from '#db/select-runs.ts';
import type { Frame } from '#view/pages/frame.ts';
import { Layout } from '#view/pages/layout.tsx';
import { PageLinks, Tabs } from '#view/pages/list-navigation.tsx';
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
        <Tabs path={path} query={query} parameter="outcome" values={outcomes} label="Runs by outcome" />
      </div>
      <div data-live="runs">
        {runs.length === 0 ? (
          <p class="panel empty">{query.size === 0 ? 'No run yet.' : 'No run matches.'}</p>
        ) : (
          <RunsTable frame={frame} runs={runs} />
        )}
      </div>
      <PageLinks path={path} query={query} nextCursor={nextCursor} />
    </Layout>
  );
}
