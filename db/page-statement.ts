import { type SQL, sql } from 'drizzle-orm';
import { toDistinctJobs } from '#core/distinct-jobs.ts';
import type { StorableJob } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import { toMoment } from '#db/moment.ts';
import { toRecordLines } from '#db/record-lines.ts';
import type { Pages } from '#db/write-page.ts';

/**
 * The statement that stores pages of one run: one call of `mps.write_page` (migrations/0025_times_go_forward.sql), which is a function
 * so that the server plans it once a session. Records go as one text, a line each: as an array their quotes would be
 * escaped twice.
 */
export function toPageStatement(pages: Pages): SQL {
  const [{ source, runId, fence }] = pages;
  // The newest page first: of two copies of a job in one state the first is taken.
  const jobs = toDistinctJobs(pages.toReversed().flatMap((page) => page.jobs)).sort(compareJobs);
  const ids = sql.param(jobs.map(({ id }) => id));
  const times = sql.param(jobs.map(({ creationTime }) => creationTime));
  const lines = sql.param(toRecordLines(jobs));
  const covers = pages.flatMap((page) => page.covers ?? []);
  const rejections = pages.flatMap((page) => page.rejections);
  const missingIds = pages.flatMap((page) => page.missingIds ?? []);
  return sql`
    select inserted, updated, unchanged, transitions, rejected, fence_lost
    from mps.write_page(${source}::text, ${runId}::bigint, ${fence}::bigint,
      ${ids}::text[], ${times}::bigint[], ${lines}::text, ${toMultirange(covers)},
      ${toJsonOrNull(rejections)}::jsonb, ${toParamOrNull(missingIds)}::text[])`;
}

/** Every writer's order, so that two that write the same jobs wait for each other in turn. */
function compareJobs(a: StorableJob, b: StorableJob): number {
  return a.creationTime - b.creationTime || (a.id < b.id ? -1 : 1);
}

const toMultirange = (ranges: readonly Range[]): SQL =>
  sql`tstzmultirange(${sql.join(ranges.map(toTstzrange), sql`, `)})`;

const toTstzrange = ({ from, to }: Range): SQL => sql`tstzrange(${toMoment(from)}, ${toMoment(to)})`;

const toJsonOrNull = (items: readonly object[]) => (items.length > 0 ? JSON.stringify(items) : null);

const toParamOrNull = (items: readonly string[]) => (items.length > 0 ? sql.param(items) : null);
