import type { ServedListing } from '#simulator/listing.ts';

/** A listing that answered nothing for so long before its reader was killed had been given up or brought to its end. */
const underWayMs = 1_000;

/**
 * What a reader that is killed again and again was served, as the server saw it: how many jobs one life read although an
 * earlier one had read them, and how many that may be: a page for each listing that was under way when a life ended. What was
 * under way is lost with the process; what had been stored should not be read again.
 */
export class ReadLog {
  /** Jobs read again, all lives together. */
  repeated = 0;
  /** Jobs read again although they had been stored: work done twice. */
  storedAgain = 0;
  /** Jobs that may be read again. */
  allowed = 0;
  /** Listings that were under way when lives ended. */
  walkers = 0;
  readonly #earlier = new Set<string>();
  readonly #stored = new Set<string>();
  #current = new Set<string>();
  #lists = new Map<number, { at: number; jobs: number }>();
  #listOf = new Map<string, number>();
  #started = 0;

  /** Takes an answer in; `at` in ms. */
  served({ token, nextPageToken, jobs }: Pick<ServedListing, 'token' | 'nextPageToken' | 'jobs'>, at: number): void {
    for (const job of jobs) {
      const id = String((JSON.parse(job.toString()) as { Id: unknown }).Id);
      if (this.#earlier.has(id)) this.repeated += 1;
      if (this.#stored.has(id)) this.storedAgain += 1;
      this.#current.add(id);
    }
    const list = (token === undefined ? undefined : this.#listOf.get(token)) ?? this.#started++;
    if (nextPageToken !== undefined) this.#listOf.set(nextPageToken, list);
    this.#lists.set(list, { at, jobs: jobs.length });
  }

  /** These jobs are found stored while no reader lives. */
  stored(ids: readonly string[]): void {
    for (const id of ids) this.#stored.add(id);
  }

  /** The reader was killed; what is served from now on is served to its next life. `pageSize`: jobs a page holds. */
  killed(at: number, pageSize: number): void {
    const underWay = [...this.#lists.values()].filter((list) => list.at > at - underWayMs);
    this.walkers += underWay.length;
    this.allowed += underWay.length * pageSize;
    for (const id of this.#current) this.#earlier.add(id);
    this.#current = new Set();
    this.#lists = new Map();
    this.#listOf = new Map();
  }
}
