import { knownStates } from '#core/state.ts';
import type { SourceRow } from '#db/select-health.ts';
import type { JobPage } from '#view/list-jobs.ts';
import { FreshnessLine } from '#view/pages/freshness-line.tsx';
import { toListHref } from '#view/pages/href.ts';
import { JobsTable } from '#view/pages/jobs-table.tsx';
import { Layout } from '#view/pages/layout.tsx';
import { Text } from '#view/pages/text.tsx';

export interface JobsPageProps {
  readonly page: JobPage;
  readonly sources: readonly SourceRow[];
  /** The query of the page's own address. */
  readonly query: URLSearchParams;
  /** Epoch seconds. */
  readonly now: number;
  readonly sourceSummary: string | undefined;
}

/** The first page: the newest jobs with their states. */
export function JobsPage({ page, sources, query, now, sourceSummary }: JobsPageProps) {
  return (
    <Layout title="Snapshot jobs" sourceSummary={sourceSummary}>
      <h1>Snapshot jobs</h1>
      <FreshnessLine sources={sources} now={now} />
      <StateFilter query={query} />
      <OtherFilters query={query} />
      <div data-live="jobs">
        {page.rows.length > 0 ? <JobsTable rows={page.rows} /> : <NoJobs sources={sources} isAll={query.size === 0} />}
        <p class="pages">
          {query.has('cursor') && (
            <a class="button" href={toListHref(query, { cursor: undefined })}>
              Newest
            </a>
          )}
          {page.nextCursor !== null && (
            <a class="button" href={toListHref(query, { cursor: page.nextCursor })} rel="next">
              Older
            </a>
          )}
        </p>
      </div>
    </Layout>
  );
}

function StateFilter({ query }: { query: URLSearchParams }) {
  const current = query.get('state') ?? undefined;
  return (
    <nav aria-label="Jobs by state">
      <ul>
        {[undefined, ...knownStates].map((state) => (
          <li>
            <a
              href={toListHref(query, { state, cursor: undefined })}
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

/** Filters that came with the address: said, so that nobody takes a part of the jobs for all. */
function OtherFilters({ query }: { query: URLSearchParams }) {
  const others = [...query].filter(([name]) => name !== 'cursor' && name !== 'state');
  if (others.length === 0) return null;
  return (
    <p>
      Only jobs with{' '}
      {others.map(([name, value], index) => (
        <>
          {index > 0 && ', '}
          {name} <Text value={value} />
        </>
      ))}
      . <a href="/">Show all jobs</a>
    </p>
  );
}

function NoJobs({ sources, isAll }: { sources: readonly SourceRow[]; isAll: boolean }) {
  const isRead = sources.some((row) => row.covered_to !== null);
  if (!isAll) {
    return (
      <p class="panel">
        No job matches. <a href="/">Show all jobs</a>
      </p>
    );
  }
  return (
    <p class="panel">
      {isRead
        ? 'No jobs yet: MPS lists none in the time read so far. New ones appear here by themselves.'
        : 'No jobs yet: the sync reads them from MPS, newest first, and they appear here by themselves as it goes.'}
    </p>
  );
}
