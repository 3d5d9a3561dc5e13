import type { RunRow } from '#db/select-runs.ts';
import { toDurationText } from '#view/pages/duration.ts';
import type { Frame } from '#view/pages/frame.ts';
import { toHref } from '#view/pages/href.ts';
import { Layout } from '#view/pages/layout.tsx';
import { Moment, Text, toCountText } from '#view/pages/text.tsx';

export interface RunsPageProps {
  readonly frame: Frame;
  readonly runs: readonly RunRow[];
  readonly nextCursor: string | null;
  readonly query: URLSearchParams;
}

const path = '/runs';
const outcomes = ['completed', 'partial', 'failed', 'skipped', 'running'];
const counts = [
  'calls',
  'throttled',
  'pages',
  'read',
  'inserted',
  'updated',
  'unchanged',
  'rejected',
  'transitions',
] as const;

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

function RunsTable({ frame, runs }: { frame: Frame; runs: readonly RunRow[] }) {
  const hasSources = frame.sources.length > 1;
  return (
    <section class="scroll" tabindex={0} aria-label="Runs, newest first">
      <table class="list">
        <caption class="unseen">Runs, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Outcome</th>
            {hasSources && <th scope="col">Source</th>}
            <th scope="col">Started</th>
            <th scope="col" class="number">
              Took
            </th>
            {counts.map((name) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row run={run} hasSources={hasSources} now={frame.now} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ run, hasSources, now }: { run: RunRow; hasSources: boolean; now: number }) {
  const outcome = run.outcome ?? 'running';
  return (
    <tr>
      <th scope="row">{run.id}</th>
      <td>
        <span class={`pill pill-${outcome}`}>{outcome}</span>
      </td>
      {hasSources && (
        <td data-label="Source">
          <Text value={run.source} />
        </td>
      )}
      <td data-label="Started">
        <Moment at={run.started_at} />
      </td>
      <td data-label="Took" class="number">
        {toDurationText((run.finished_at ?? now) - run.started_at)}
      </td>
      {counts.map((name) => (
        <td data-label={name} class={run[name] === 0 ? 'number quiet' : 'number'}>
          {toCountText(run[name])}
        </td>
      ))}
      <td data-label="Error" class={run.error_code === null ? 'none' : ''}>
        {run.error_code !== null && <code>{run.error_code}</code>}
        {run.error !== null && (
          <div class="quiet">
            <Text value={run.error} />
          </div>
        )}
      </td>
    </tr>
  );
}
