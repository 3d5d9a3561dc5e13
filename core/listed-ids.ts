import { contains, type Range, subtract, union } from '#core/range.ts';
import type { Sighting } from '#core/walk.ts';

/** A span of creation time that was listed to its end, with the ids of all its jobs. */
export interface ListedPart {
  readonly range: Range;
  readonly ids: readonly string[];
}

/** What a page added: jobs that no page before it had, and what is listed completely now. */
export interface ListedPage<Job extends Sighting> {
  readonly fresh: readonly Job[];
  readonly complete: readonly ListedPart[];
}

/**
 * Keeps the ids of a list that several walkers read at once, only for as long as their seconds are not complete: then
 * they are handed out, once, to be held against what is stored. Holds some pages of ids, however long the list is.
 */
export function createListedIds() {
  let complete: Range[] = [];
  const bySecond = new Map<number, Set<string>>();

  const isFresh = ({ id, creationTime }: Sighting): boolean => {
    if (contains(complete, { from: creationTime, to: creationTime + 1 })) return false;
    const ids = bySecond.get(creationTime) ?? new Set();
    bySecond.set(creationTime, ids);
    return ids.size < ids.add(id).size;
  };

  const take = (range: Range): ListedPart => {
    const seconds = [...bySecond].filter(([second]) => second >= range.from && second < range.to);
    for (const [second] of seconds) bySecond.delete(second);
    return { range, ids: seconds.flatMap(([, ids]) => [...ids]) };
  };

  return {
    /** Takes a page in. `covers` is what its walk has read completely, by this page and those before it. */
    add<Job extends Sighting>(jobs: readonly Job[], covers: Range | undefined): ListedPage<Job> {
      const fresh = jobs.filter(isFresh);
      const parts = covers ? subtract([covers], complete) : [];
      complete = union(complete, parts);
      return { fresh, complete: parts.map(take) };
    },
    /** Ids held at the moment. */
    held: (): number => [...bySecond.values()].reduce((sum, ids) => sum + ids.size, 0),
    /** What is listed completely so far. */
    complete: (): readonly Range[] => complete,
  };
}
