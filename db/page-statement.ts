import { type SQL, sql } from 'drizzle-orm';
import { toDistinctJobs } from '#core/distinct-jobs.ts';
import type { StorableJob } from '#core/job.ts';
import { toRecordLines } from '#db/record-lines.ts';
import type { PageWrite } from '#db/write-page.ts';

/**
 * The statement that stores a page: one call of `mps.write_page` (migrations/0016_new_times.sql), which is a function so that
 * the server plans it once a session. Records go as one text, a line each: as an array their quotes would be escaped twice.
 */
export function toPageStatement(page: PageWrite): SQL {
  const jobs = toDistinctJobs(page.jobs).sort(compareJobs);
  const ids = sql.param(jobs.map(({ id }) => id));
  const times = sql.param(jobs.map(({ creationTime }) => creationTime));
  const lines = sql.param(toRecordLines(jobs));
  return sql`
    select inserted, updated, unchanged, transitions, rejected, fence_lost
    from mps.write_page(${page.source}::text, ${page.runId}::bigint, ${page.fence}::bigint,
      ${ids}::text[], ${times}::bigint[], ${lines}::text, ${toCovers(page)},
      ${toJsonOrNull(page.rejections)}::jsonb, ${toParamOrNull(page.missingIds)}::text[])`;
}

/** Every writer's order, so that two that write the same jobs wait for each other in turn. */
function compareJobs(a: StorableJob, b: StorableJob): number {
  return a.creationTime - b.creationTime || (a.id < b.id ? -1 : 1);
}

const toCovers = ({ covers }: PageWrite): SQL =>
  covers
    ? sql`tstzmultirange(tstzrange(to_timestamp(${covers.from}), to_timestamp(${covers.to})))`
    : sql`'{}'::tstzmultirange`;

const toJsonOrNull = (items: readonly object[]) => (items.length > 0 ? JSON.stringify(items) : null);

const toParamOrNull = (items: readonly string[] = []) => (items.length > 0 ? sql.param(items) : null);
