/**
 * How a listing of one range of creation time goes on, as pure steps. The list comes newest first, in whole seconds,
 * so after a page everything newer than its oldest job is known completely, and that job's own second is not.
 */
import { AppError } from '#core/errors.ts';
import { isEmpty, type Range } from '#core/range.ts';

export interface Walk {
  /** What this walk has to read. Its start moves up when another walk takes the older part over. */
  readonly range: Range;
  /** The span asked for, in epoch seconds: a token belongs to it, so it stays as it is while the token lives. */
  readonly queryFrom: number;
  readonly queryTo: number;
  readonly token: string | undefined;
  /** Creation time of the oldest job seen, infinite before the first. */
  readonly oldest: number;
  /** Creation time of the last job received since the list began (anew): the next page must not begin newer. */
  readonly last: number;
  /**
   * Ids that an honest next page may bring once more: those at `last` and, once order is lost, all since then. Tells a
   * second with very many jobs from pages that repeat. Grows in place, so only the newest `Walk` of a listing counts.
   */
  readonly seen: Set<string>;
  /** Whether every page so far came newest first. If not, only the end of the list tells what is complete. */
  readonly ordered: boolean;
  /** Pages in a row that brought nothing new. */
  readonly stalePages: number;
  /** Pages in a row with nothing but jobs from before the range. */
  readonly pastPages: number;
  /** Where the walk last began anew, and how often at that place, so that trying in vain can be given up. */
  readonly restartedAt: number | undefined;
  readonly restarts: number;
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

/** Tokens refused in a row at one place before the walk is given up: one may expire, all of them do not by chance. */
const maxRestartsInPlace = 3;

/** A list begins one second early: whether MPS's range includes its ends is not documented. */
const overlapSeconds = 1;

export const toQueryFrom = (range: Range): number => range.from - overlapSeconds;

/** A walk whose next page is the first of a new list. */
export const continueWalk = (walk: Walk): Walk => ({
  ...walk,
  token: undefined,
  last: Infinity,
  seen: new Set(),
  stalePages: 0,
  pastPages: 0,
});

export function startWalk(range: Range, queryTo: number): Walk {
  const span = { range, queryFrom: toQueryFrom(range), queryTo, token: undefined };
  const nothingSeen = { oldest: Infinity, last: Infinity, seen: new Set<string>(), ordered: true };
  return { ...span, ...nothingSeen, stalePages: 0, pastPages: 0, restartedAt: undefined, restarts: 0 };
}

/**
 * Takes a page in. The walk ends with a missing token or past the range's start, and never because a page was short
 * or empty. Throws `mps_no_progress` when the list goes round in circles.
 *
 * What is covered rests on MPS listing newest first, as it documents. A page out of order is noticed when it comes,
 * and from then on nothing is claimed before the list has ended. Jobs that the span asked for cannot hold tell nothing:
 * a record dated 1970 must not pass for the end of the list, even alone on its page, while two pages in a row of
 * nothing but older jobs do: a server that ignores the start of the span is not read to its first day.
 */
export function takePage(walk: Walk, received: readonly Sighting[], nextToken: string | undefined): Step {
  const page = received.filter((sighting) => isInSpan(walk, sighting));
  const ordered = walk.ordered && isNewestFirst(walk.last, page);
  const last = page.at(-1)?.creationTime ?? walk.last;
  const oldest = page.reduce((least, { creationTime }) => Math.min(least, creationTime), walk.oldest);
  const seen = ordered && last < walk.last ? new Set<string>() : walk.seen;
  const fresh = remember(seen, ordered ? page.filter(({ creationTime }) => creationTime === last) : page);
  const pastPages = isPast(walk.range, received) ? walk.pastPages + 1 : 0;
  const done = !nextToken || (ordered && (oldest < walk.range.from || pastPages >= 2));
  const stalePages = fresh ? 0 : walk.stalePages + 1;
  if (!done && stalePages > maxStalePages) throw noProgress(walk, `${stalePages} pages in a row brought nothing new`);
  const next = { ...walk, token: nextToken, oldest, last, seen, ordered, stalePages, pastPages };
  return { walk: next, covers: toCovered(walk.range, ordered, oldest, done), done };
}

const isInSpan = ({ queryFrom, queryTo }: Walk, { creationTime }: Sighting): boolean =>
  creationTime >= queryFrom && creationTime <= queryTo;

const isPast = (range: Range, page: readonly Sighting[]): boolean =>
  page.length > 0 && page.every(({ creationTime }) => creationTime < range.from);

/** Adds the ids to `seen` and tells whether any was new there. */
function remember(seen: Set<string>, page: readonly Sighting[]): boolean {
  const before = seen.size;
  for (const { id } of page) seen.add(id);
  return seen.size > before;
}

/**
 * Begins the list anew where it stands, after its token was refused or repeated: from the oldest second seen, which
 * is read again whole. Throws `mps_no_progress` when that was tried in vain several times.
 */
export function restartWalk(walk: Walk): Walk {
  const at = walk.ordered ? walk.oldest : Infinity;
  const inPlace = walk.restartedAt !== undefined && at >= walk.restartedAt;
  const restarts = inPlace ? walk.restarts + 1 : 1;
  if (restarts > maxRestartsInPlace) {
    throw noProgress(walk, `the page token was refused ${restarts} times at the same place`);
  }
  const queryTo = Math.min(walk.queryTo, at + 1);
  return { ...continueWalk(walk), queryFrom: toQueryFrom(walk.range), queryTo, restartedAt: at, restarts };
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
