import type { RunningPostgres } from '#scripts/postgres.ts';
import type { Undo } from '#scripts/undo.ts';

/** One line of the table of figures: the product beside its peer, or its limit, in one run. */
export interface Figure {
  /** `P1` to `P8`. */
  readonly id: string;
  readonly what: string;
  /** The bar, as people read it: `≥ 97 calls/s`. */
  readonly bar: string;
  /** What was measured, a median with its spread where it was repeated: `98.2 calls/s (97.9–98.4)`. */
  readonly measured: string;
  readonly met: boolean;
}

export interface BenchOptions {
  /** A server of the measure's own, with the durability that users have. */
  readonly postgres: RunningPostgres;
  /** Small sizes that only show that everything runs; says nothing of time. */
  readonly quick: boolean;
  /** Also what takes many minutes, such as ten million rows. */
  readonly full: boolean;
  /** Told of what is to be taken away, also where the measure is ended early. */
  readonly undo: Undo;
  /** Told what is under way, a line at a time. */
  readonly say: (text: string) => void;
}

/** What `npm run bench` runs, one after the other: the figures, and whatever was measured on the way to them. */
export type Measure = (options: BenchOptions) => Promise<Measured>;

export interface Measured {
  readonly figures: readonly Figure[];
  readonly details: unknown;
}
