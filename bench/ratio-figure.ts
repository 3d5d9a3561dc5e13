import type { Figure } from './measure.ts';
import { describe, toMedian } from './statistics.ts';

/** What is told of a measure that is a ratio to a peer, an entry a round. */
export interface Ratios {
  readonly id: string;
  readonly what: string;
  readonly ratios: readonly number[];
  readonly digits: number;
  /** The least that their middle may be. Where there is none, they are told and not judged. */
  readonly bar: number | undefined;
}

export const toRatioFigure = ({ id, what, ratios, digits, bar }: Ratios): Figure => ({
  id,
  what,
  bar: bar === undefined ? 'none' : `≥ ${bar} ×`,
  measured: `${describe(ratios, digits)} ×`,
  met: bar === undefined || toMedian(ratios) >= bar,
});
