/**
 * How the rest of a listing is shared among walkers. A token belongs to the span it was given for and never moves, so
 * the walk that is cut keeps its newest part and its token, and the older parts begin lists of their own.
 */
import { isEmpty, type Range } from '#core/range.ts';
import { continueWalk, toQueryFrom, type Walk } from '#core/walk.ts';

/** A share smaller than this is not worth the call that a list's last, partly filled page costs. */
const minPagesPerPart = 4;

/** Pages still to come from a walk whose jobs lie so dense, in jobs a second; 0 while nothing is known. */
export function estimatePages(walk: Walk, jobsPerSecond: number, jobsPerPage: number): number {
  if (!walk.ordered || walk.oldest === Infinity) return 0;
  return (jobsPerSecond * Math.max(0, walk.oldest - walk.range.from)) / jobsPerPage;
}

/** How dense jobs lie in what a walk has seen, in jobs a second. */
export function toDensity(jobsSeen: number, newest: number, oldest: number): number {
  return jobsSeen / Math.max(1, newest - oldest);
}

/** Into how many parts a rest of so many pages may be cut, at most `wanted`. 1 is not at all. */
export function decideParts(pagesLeft: number, wanted: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(pagesLeft / minPagesPerPart)));
}

/**
 * Cuts what a walk has left into `parts` of the same length. Returns the walk with its newest part, and the other
 * parts, newest first; none where there are too few seconds to cut.
 */
export function splitWalk(walk: Walk, parts: number): { walk: Walk; rest: Range[] } {
  const left = { from: walk.range.from, to: Math.min(walk.range.to, walk.oldest) };
  const cuts = Array.from({ length: parts + 1 }, (_, index) => cutAt(left, index / parts));
  const pieces = cuts.slice(1).map((from, index) => ({ from, to: cuts[index] ?? from }));
  const [newest, ...rest] = pieces.filter((piece) => !isEmpty(piece));
  if (!newest) return { walk, rest: [] };
  return { walk: { ...walk, range: { from: newest.from, to: walk.range.to } }, rest };
}

const cutAt = ({ from, to }: Range, share: number): number => to - Math.floor((to - from) * share);

/**
 * The same walk with a list of its own part only, for a walk whose older part was handed over: the list it had would go
 * on across the cut, and half a page of it would be read twice. Begun anew, the list repeats the oldest second; where
 * that is a large part of a page the walk stays as it is.
 */
export function narrowWalk(walk: Walk, jobsPerPage: number): Walk {
  if (!walk.ordered || walk.oldest === Infinity || walk.seen.size * 4 > jobsPerPage) return walk;
  const { range, queryTo, oldest } = walk;
  return { ...continueWalk(walk), queryFrom: toQueryFrom(range), queryTo: Math.min(queryTo, oldest + 1) };
}
