import type { Clock } from '#core/clock.ts';
import { AppError } from '#core/errors.ts';
import type { World } from './world.ts';

/** What may go wrong with what a process asks of a server. Chances per request. */
export interface Hazards {
  /** The process dies before, or after, its request took effect. */
  readonly death: number;
  /** The process is stopped for a while and then goes on. */
  readonly freeze: number;
}

/** One process of the product: its own clock, and an end that may come at any await. */
export class SimulatedProcess {
  readonly clock: Clock;
  readonly #world: World;
  readonly #hazards: () => Hazards;
  #dead = false;
  #frozenUntil = 0;

  constructor(world: World, skewMs: number, hazards: () => Hazards) {
    this.#world = world;
    this.#hazards = hazards;
    this.clock = {
      now: () => world.now + skewMs,
      elapsed: () => world.now,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get isDead(): boolean {
    return this.#dead;
  }

  die(): void {
    this.#dead = true;
  }

  /**
   * A request to a server: `apply` runs there, at one moment, and its result arrives later. If the process dies on the
   * way the promise stays open for ever, like everything else in a process that is gone.
   */
  request<T>(latencyMs: [number, number], apply: () => T): Promise<T> {
    const { random } = this.#world;
    return new Promise((resolve, reject) => {
      if (this.#mishap()) return;
      this.#world.in(random.between(...latencyMs) / 2, () => {
        let answer: () => void;
        try {
          const result = apply();
          answer = () => resolve(result);
        } catch (error) {
          answer = () => reject(error);
        }
        if (this.#mishap()) return;
        this.#world.in(random.between(...latencyMs) / 2, () => this.#deliver(answer));
      });
    });
  }

  #mishap(): boolean {
    const { random } = this.#world;
    const { death, freeze } = this.#hazards();
    if (random.chance(death)) this.#dead = true;
    if (random.chance(freeze)) this.#frozenUntil = this.#world.now + random.between(1_000, 180_000);
    return this.#dead;
  }

  #deliver(callback: () => void): void {
    if (this.#dead) return;
    const wait = this.#frozenUntil - this.#world.now;
    if (wait > 0) this.#world.in(wait, () => this.#deliver(callback));
    else callback();
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.#world.in(ms, () =>
        this.#deliver(() => {
          signal?.removeEventListener('abort', abort);
          resolve();
        }),
      );
    });
  }
}

/** A connection that broke: nobody knows whether the server did what it was asked. */
export const connectionLost = (): AppError => new AppError('database_unavailable', 'the connection was cut');
