const MAX_REMEMBERED = 100_000;

/** Counts how often the same set of parameters has come. It starts again after 100,000 different ones. */
export class AttemptCounter {
  readonly #counts = new Map<string, number>();

  /** Counts this call; answers 1 for the first of its kind. */
  count(query: Readonly<Record<string, string>>): number {
    const key = JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (this.#counts.size >= MAX_REMEMBERED) {
      this.#counts.clear();
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}
