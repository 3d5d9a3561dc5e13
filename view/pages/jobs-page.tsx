import { knownStates } from '#core/state.ts';
import type { JobRow } from '#db/select-jobs.ts';
import type { Frame } from '#view/pages/frame.ts';
import { JobsFilter } from '#view/pages/jobs-filter.tsx';
import { JobsTable } from '#view/pages/jobs-table.tsx';
import { Layout } from '#view/pages/layout.tsx';
import { PageLinks, Tabs } from '#view/pages/list-navigation.tsx';
import { Moment } from '#view/pages/text.tsx';

export interface JobsPageProps {
  readonly frame: Frame;
  readonly rows: readonly JobRow[];
  readonly nextCursor: string | null;
  /** Where looking stopped although the page is not full, in epoch seconds. */
  readonly lookedTo: number | undefined;
  /** The query of the page's own address. */
  readonly query: URLSearchParams;
}

const path = '/jobs';

/** The jobs, newest first, with whatever filters the address has. */
export function JobsPage({ frame, rows, nextCursor, lookedTo, query }: JobsPageProps) {
  return (
    <Layout title="Jobs" at={path} frame={frame}>
      <div class="heading">
        <h1>Jobs</h1>
        <Tabs path={path} query={query} parameter="state" values={knownStates} label="Jobs by state" />
      </div>
      <JobsFilter query={query} hasSources={frame.sources.length > 1} />
      <div data-live="jobs">
        {rows.length > 0 && <JobsTable rows={rows} />}
        {lookedTo !== undefined && <LookedTo at={lookedTo} isEmpty={rows.length === 0} />}
        {rows.length === 0 && lookedTo === undefined && <NoJobs frame={frame} isAll={query.size === 0} />}
      </div>
      <PageLinks
        path={path}
        query={query}
        nextCursor={nextCursor}
        next={lookedTo === undefined ? 'Older' : 'Look further back'}
      />
    </Layout>
  );
}

/** So many jobs were looked through that it is for the reader to say whether to go on. */
function LookedTo({ at, isEmpty }: { at: number; isEmpty: boolean }) {
  return (
    <p class="panel empty">
      {isEmpty ? 'None' : 'No more'} among the jobs created since <Moment at={at} />. A time, a state or a whole name
      narrows the search.
    </p>
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
