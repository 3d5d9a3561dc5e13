import { knownStates } from '#core/state.ts';
import type { JobRow } from '#db/select-jobs.ts';
import type { Frame } from '#view/pages/frame.ts';
import { toHref } from '#view/pages/href.ts';
import { JobsFilter } from '#view/pages/jobs-filter.tsx';
import { JobsTable } from '#view/pages/jobs-table.tsx';
import { Layout } from '#view/pages/layout.tsx';

export interface JobsPageProps {
  readonly frame: Frame;
  readonly rows: readonly JobRow[];
  readonly nextCursor: string | null;
  /** The query of the page's own address. */
  readonly query: URLSearchParams;
}

const path = '/jobs';

/** The jobs, newest first, with whatever filters the address has. */
export function JobsPage({ frame, rows, nextCursor, query }: JobsPageProps) {
  return (
    <Layout title="Jobs" at={path} frame={frame}>
      <div class="heading">
        <h1>Jobs</h1>
        <StateTabs query={query} />
      </div>
      <JobsFilter query={query} hasSources={frame.sources.length > 1} />
      <div data-live="jobs">
        {rows.length > 0 ? <JobsTable rows={rows} /> : <NoJobs frame={frame} isAll={query.size === 0} />}
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

function StateTabs({ query }: { query: URLSearchParams }) {
  const current = query.get('state') ?? undefined;
  return (
    <nav class="tabs" aria-label="Jobs by state">
      <ul>
        {[undefined, ...knownStates].map((state) => (
          <li>
            <a
              href={toHref(path, query, { state, cursor: undefined })}
              {...(state === current ? { 'aria-current': 'page' as const } : {})}
            >
              {state ?? 'All'}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NoJobs({ frame: { sources }, isAll }: { frame: Frame; isAll: boolean }) {
  const isRead = sources.some((row) => row.covered_to !== null);
  if (!isAll) {
    return (
      <p class="panel empty">
        No job matches. <a href={path}>Show all jobs</a>
      </p>
    );
  }
  return (
    <p class="panel empty">
      {isRead
        ? 'No jobs yet: MPS lists none in the time read so far. New ones appear here by themselves.'
        : 'No jobs yet: the sync reads them from MPS, newest first, and they appear here by themselves as it goes.'}
    </p>
  );
}
