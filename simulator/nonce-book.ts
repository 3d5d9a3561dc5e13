const GENERATION_MS = 15 * 60_000;
const GENERATION_SIZE = 250_000;

/**
 * Remembers used nonces for at least 15 minutes, in two generations that take turns. More than 250,000 nonces in 15
 * minutes turn the generations earlier: memory stays bounded, and a very old nonce of a load test may pass again.
 */
export class NonceBook {
  #current = new Set<string>();
  #previous = new Set<string>();
  #startedAt = Number.NEGATIVE_INFINITY;

  /** Whether this is the first use of the key's nonce; remembers it. `now` in epoch milliseconds. */
  use(accessKeyId: string, nonce: string, now: number): boolean {
    this.#turn(now);
    const entry = `${accessKeyId} ${nonce}`;
    if (this.#current.has(entry) || this.#previous.has(entry)) {
      return false;
    }
    this.#current.add(entry);
    return true;
  }

  #turn(now: number): void {
    if (now - this.#startedAt < GENERATION_MS && this.#current.size < GENERATION_SIZE) {
      return;
    }
    this.#previous = this.#current;
    this.#current = new Set();
    this.#startedAt = now;
  }
}
