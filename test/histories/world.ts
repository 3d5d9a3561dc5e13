import type { Random } from './random.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Time that passes only when nothing is left to do at this moment. Whatever happens is an event on one line, and what
 * falls on the same moment happens in the order that chance decides, so a seed is a whole history.
 */
export class World {
  readonly random: Random;
  #now: number;
  #events: Event[] = [];

  constructor(start: number, random: Random) {
    this.#now = start;
    this.random = random;
  }

  /** Epoch ms of the true clock, which only the simulated servers can read. */
  get now(): number {
    return this.#now;
  }

  /** Runs something after `ms`. */
  in(ms: number, run: () => void): void {
    const event = { at: this.#now + Math.max(0, ms), order: this.random.next(), run };
    this.#events.push(event);
    let child = this.#events.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) break;
      child = parent;
    }
  }

  /** Lets time pass until `end`, epoch ms. */
  async run(end: number): Promise<void> {
    await settle();
    for (let event = this.#events[0]; event && event.at <= end; event = this.#events[0]) {
      this.#removeFirst();
      this.#now = event.at;
      event.run();
      await settle();
    }
    this.#now = end;
  }

  #removeFirst(): void {
    const last = this.#events.pop();
    if (!last || this.#events.length === 0) return;
    this.#events[0] = last;
    let parent = 0;
    for (;;) {
      const left = parent * 2 + 1;
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, parent)) break;
      parent = child;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#events[a], this.#events[b]];
    if (!first || !second) return false;
    return first.at < second.at || (first.at === second.at && first.order < second.order);
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [lower, upper] = [this.#events[child], this.#events[parent]];
    if (!lower || !upper || !this.#isEarlier(child, parent)) return false;
    this.#events[child] = upper;
    this.#events[parent] = lower;
    return true;
  }
}

/** A tick begins only when no promise callback is due any more. Nothing simulated waits for anything but promises. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
