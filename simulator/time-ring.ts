const FIRST_SIZE = 1024;

/** The latest times of a never-falling series, at most `capacity` of them; older ones fall out. */
export class TimeRing {
  readonly #capacity: number;
  #times = new Float64Array(FIRST_SIZE);
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(FIRST_SIZE, capacity);
  }

  push(at: number): void {
    if (this.#count === this.#times.length && this.#count < this.#capacity) {
      const grown = new Float64Array(Math.min(this.#capacity, this.#count * 2));
      grown.set(this.#times);
      this.#times = grown;
    }
    this.#times[this.#count % this.#times.length] = at;
    this.#count += 1;
  }

  /** The times kept, oldest first. */
  toArray(): number[] {
    const { length } = this.#times;
    if (this.#count <= length) {
      return Array.from(this.#times.subarray(0, this.#count));
    }
    const start = this.#count % length;
    return [...this.#times.subarray(start), ...this.#times.subarray(0, start)];
  }
}
