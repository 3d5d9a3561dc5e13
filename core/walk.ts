/**
 * How a listing of one range of creation time goes on, as pure steps. The list comes newest first, in whole seconds,
 * so after a page everything newer than its oldest job is known completely, and that job's own second is not.
 */
import { AppError } from '#core/errors.ts';
import { isEmpty, type Range } from '#core/range.ts';

export interface Walk {
  readonly range: Range;
  /** Upper end of the span asked for, in epoch seconds. */
  readonly queryTo: number;
  readonly token: string | undefined;
  /** Creation time of the oldest job seen, infinite before the first. */
  readonly oldest: number;
  /** Creation time of the last job received: the next page must not begin newer. */
  readonly last: number;
  /** Ids seen in the oldest second, to tell a second with very many jobs from pages that repeat. */
  readonly idsAtOldest: ReadonlySet<string>;
  /** Whether every page so far came newest first. If not, only the end of the list tells what is complete. */
  readonly ordered: boolean;
  /** Pages in a row that brought nothing new. */
  readonly stalePages: number;
  /** Where the walk last began anew, so that beginning anew twice at one place can be refused. */
  readonly restartedAt: number | undefined;
}

/** What of a page the walk looks at, in the order received. */
export type Sighting = { readonly id: string; readonly creationTime: number };

export interface Step {
  readonly walk: Walk;
  /** What is now completely read and can be marked so together with the page. */
  readonly covers: Range | undefined;
  readonly done: boolean;
}

/** A server that keeps answering with tokens but with nothing new is left after so many pages. */
const maxStalePages = 500;

export function startWalk(range: Range, queryTo: number): Walk {
  const nothingSeen = { oldest: Infinity, last: Infinity, idsAtOldest: new Set<string>(), ordered: true };
  return { range, queryTo, token: undefined, ...nothingSeen, stalePages: 0, restartedAt: undefined };
}

/**
 * Takes a page in. The walk ends with a missing token or past the range's start, and never because a page was short
 * or empty. Throws `mps_no_progress` when the list goes round in circles.
 */
export function takePage(walk: Walk, page: readonly Sighting[], nextToken: string | undefined): Step {
  const oldest = page.reduce((least, { creationTime }) => Math.min(least, creationTime), walk.oldest);
  const atOldest = page.filter(({ creationTime }) => creationTime === oldest).map(({ id }) => id);
  const known = oldest === walk.oldest ? walk.idsAtOldest : new Set<string>();
  const fresh = oldest < walk.oldest || atOldest.some((id) => !known.has(id));
  const ordered = walk.ordered && isNewestFirst(walk.last, page);
  const done = !nextToken || (ordered && oldest < walk.range.from);
  const stalePages = fresh ? 0 : walk.stalePages + 1;
  if (!done && stalePages > maxStalePages) throw noProgress(walk, `${stalePages} pages in a row brought nothing new`);
  const next = {
    ...walk,
    token: nextToken,
    oldest,
    idsAtOldest: new Set([...known, ...atOldest]),
    ordered,
    stalePages,
  };
  return { walk: next, covers: toCovered(walk.range, ordered, oldest, done), done };
}

/**
 * Begins the list anew where it stands, after its token was refused or repeated: from the oldest second seen, which
 * is read again whole. Throws `mps_no_progress` when that was tried before.
 */
export function restartWalk(walk: Walk): Walk {
  const at = walk.ordered ? walk.oldest : Infinity;
  if (walk.restartedAt !== undefined && at >= walk.restartedAt) {
    throw noProgress(walk, 'the page token was refused again at the same place');
  }
  const queryTo = Math.min(walk.queryTo, at + 1);
  return { ...walk, queryTo, token: undefined, last: Infinity, restartedAt: at, stalePages: 0 };
}

/** Equal neighbours are in order: creation times have whole seconds and ties are certain. */
function isNewestFirst(last: number, page: readonly Sighting[]): boolean {
  return page.every(({ creationTime }, index) => creationTime <= (page[index - 1]?.creationTime ?? last));
}

function toCovered(range: Range, ordered: boolean, oldest: number, done: boolean): Range | undefined {
  if (done) return isEmpty(range) ? undefined : range;
  const covered = { from: Math.max(range.from, oldest + 1), to: range.to };
  return ordered && !isEmpty(covered) ? covered : undefined;
}

function noProgress({ range }: Walk, what: string): AppError {
  const at = `${new Date(range.from * 1000).toISOString()} to ${new Date(range.to * 1000).toISOString()}`;
  return new AppError('mps_no_progress', `listing jobs created from ${at} makes no progress: ${what}`);
}
