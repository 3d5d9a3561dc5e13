/** Where a job stands in the listing: by second, then by `tie` inside the second, then by id. */
export interface Position {
  /** Creation time in whole epoch seconds. */
  readonly second: number;
  /** Order inside one second. */
  readonly tie: number;
  readonly id: string;
}

/** Negative when `a` is the older one. */
function comparePositions(a: Position, b: Position): number {
  return a.second - b.second || a.tie - b.tie || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** A part of the order, and where to start in it. */
export interface Walk {
  /** First and last second, both included. */
  readonly from: number;
  readonly to: number;
  /** Go on behind this position; it need not be in the order any more. */
  readonly after?: Position | undefined;
  /** Visit the jobs of one second in the opposite order. */
  readonly turned: boolean;
}

const FEW = 32;

/** Jobs kept from oldest to newest in one array, found by binary search. */
export class JobOrder<T extends Position> {
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Adds items. At the end they are appended, a few in between shift the array, many in between sort it anew. */
  insert(added: readonly T[]): void {
    const sorted = added.length > 1 ? [...added].sort(comparePositions) : added;
    const [last, first] = [this.#items.at(-1), sorted[0]];
    const isNewest = last === undefined || first === undefined || comparePositions(last, first) < 0;
    if (!isNewest && sorted.length > FEW) {
      this.#items = this.#items.concat(sorted).sort(comparePositions);
      return;
    }
    for (const item of sorted) {
      this.#items.splice(isNewest ? this.#items.length : this.#countBefore(item), 0, item);
    }
  }

  /** Takes an item out; an unknown one is left alone. */
  remove(item: T): void {
    const index = this.#countBefore(item);
    if (this.#items[index] === item) {
      this.#items.splice(index, 1);
    }
  }

  /** Visits newest first until `visit` answers false. */
  walk(walk: Walk, visit: (item: T) => boolean): void {
    const bottom = this.#countUntilSecond(walk.from);
    let top = this.#countUntilSecond(walk.to + 1);
    if (walk.after !== undefined) {
      top = Math.min(top, walk.turned ? this.#countUntilSecond(walk.after.second + 1) : this.#countBefore(walk.after));
    }
    if (walk.turned) {
      this.#walkTurned(bottom, top, walk.after, visit);
      return;
    }
    for (let index = top - 1; index >= bottom; index -= 1) {
      const item = this.#items[index];
      if (item === undefined || !visit(item)) {
        return;
      }
    }
  }

  #walkTurned(bottom: number, end: number, after: Position | undefined, visit: (item: T) => boolean): void {
    let top = end;
    while (top > bottom) {
      const second = this.#items[top - 1]?.second ?? 0;
      const groupStart = this.#countUntilSecond(second);
      for (let index = second === after?.second ? this.#countThrough(after) : groupStart; index < top; index += 1) {
        const item = this.#items[index];
        if (item === undefined || !visit(item)) {
          return;
        }
      }
      top = groupStart;
    }
  }

  #countUntilSecond(second: number): number {
    return this.#count((item) => item.second < second);
  }

  #countBefore(position: Position): number {
    return this.#count((item) => comparePositions(item, position) < 0);
  }

  #countThrough(position: Position): number {
    return this.#count((item) => comparePositions(item, position) <= 0);
  }

  #count(isBefore: (item: T) => boolean): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item !== undefined && isBefore(item)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
