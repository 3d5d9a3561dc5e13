import { parseRecords } from '#core/job.ts';
import type { Range } from '#core/range.ts';
import { narrowWalk, toDensity } from '#core/split.ts';
import { restartWalk, startWalk, takePage, type Walk } from '#core/walk.ts';
import type { ListContext, PageToStore } from '#sync/context.ts';
import { type Listing, listPage, toSettled } from '#sync/list-page.ts';

/** MPS refuses requests whose clock is further off than this, so no job it lists can be created later. */
const maxClockSkewSeconds = 15 * 60;

/** One listing under way. Its walk is replaced page by page, and between pages when its older part is handed over. */
export interface Walker {
  walk: Walk;
  jobsSeen: number;
  /** Jobs a second in its last page, and on the whole. */
  lastDensity: number;
  meanDensity: number;
  done: boolean;
  /** Whether all that was read so far counts as covered, but for the oldest second. */
  isCheckpointed: boolean;
  /** Its older part was handed over, and its list still goes on across the cut. */
  isCut: boolean;
}

export interface StepOptions extends Listing {
  /** Takes each page, with what it covers. The walker's next page is not asked for before this is done. */
  readonly onPage: (page: PageToStore) => Promise<void>;
}

/** What a page brought, and how long it took from its slot to its being stored, in ms. */
export interface StepTrace {
  readonly records: number;
  readonly cycleMs: number;
}

export function createWalker({ clock }: ListContext, range: Range, toPresent: boolean): Walker {
  const queryTo = toPresent ? Math.floor(clock.now() / 1000) + maxClockSkewSeconds : range.to;
  return {
    walk: startWalk(range, queryTo),
    jobsSeen: 0,
    lastDensity: 0,
    meanDensity: 0,
    done: false,
    isCheckpointed: true,
    isCut: false,
  };
}

/** Lists and stores one page. Returns `undefined` when instead the list has to be begun anew. */
export async function stepWalker(
  context: ListContext,
  walker: Walker,
  options: StepOptions,
): Promise<StepTrace | undefined> {
  const page = await listPage(context, walker.walk, options);
  if (!page) {
    walker.walk = restartWalk(walker.walk);
    return undefined;
  }
  walker.walk = { ...walker.walk, range: toSettled(walker.walk.range, page, context.source.settleSeconds) };
  const { jobs, rejections } = parseRecords(page.records);
  const before = walker.walk;
  const { walk, covers, done } = takePage(before, jobs, page.nextToken);
  const isCheckpointed = walk.ordered && walk.oldest < before.oldest;
  Object.assign(walker, { walk, done, isCheckpointed, ...observeDensity(walker, before, walk, jobs.length) });
  if (walker.isCut) narrow(walker, context.source.pageSize);
  const received = context.clock.elapsed();
  await options.onPage({ jobs, rejections, covers, read: page.records.length });
  return { records: page.records.length, cycleMs: page.latencyMs + context.clock.elapsed() - received };
}

function observeDensity({ jobsSeen }: Walker, before: Walk, after: Walk, jobs: number) {
  const newest = Math.min(after.range.to, after.queryTo);
  return {
    jobsSeen: jobsSeen + jobs,
    meanDensity: toDensity(jobsSeen + jobs, newest, after.oldest),
    lastDensity: toDensity(jobs, Math.min(newest, before.oldest), after.oldest),
  };
}

/** Only between two calls: the token of an answer under way belongs to the list that was asked for. */
function narrow(walker: Walker, jobsPerPage: number): void {
  const walk = narrowWalk(walker.walk, jobsPerPage);
  walker.isCut = walk === walker.walk;
  walker.walk = walk;
}
