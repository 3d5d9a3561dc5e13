import { integer, pickWeighted, type Random, uniform } from './random.ts';

/** How the creation times of a history are spread. */
export type Skew = 'uniform' | 'bursty' | 'one-second';

const BURSTS = 24;
const BURST_SHARE = 0.7;
const BURST_MS = 120_000;

/** Draws `count` creation times in [from, to), epoch milliseconds, sorted from oldest to newest. */
export function drawArrivals(random: Random, count: number, from: number, to: number, skew: Skew): Float64Array {
  const draw = SKEWS[skew](random, from, to);
  return Float64Array.from({ length: count }, () => Math.floor(draw())).sort();
}

const SKEWS: Record<Skew, (random: Random, from: number, to: number) => () => number> = {
  uniform: (random, from, to) => () => uniform(random, from, to),
  bursty: createBursts,
  'one-second': (random, from, to) => {
    const second = Math.floor((from + to) / 2000) * 1000;
    return () => integer(random, second, second + 999);
  },
};

/** 70% of the jobs fall into bursts of at most two minutes, of which the k-th holds 1/k as many as the first. */
function createBursts(random: Random, from: number, to: number): () => number {
  const lengthMs = Math.min(BURST_MS, (to - from) / BURSTS);
  const bursts = Array.from({ length: BURSTS }, (_, index) => ({
    startsAt: uniform(random, from, to - lengthMs),
    weight: 1 / (index + 1),
  }));
  return () => {
    if (random() >= BURST_SHARE) {
      return uniform(random, from, to);
    }
    const { startsAt } = pickWeighted(random, bursts);
    return uniform(random, startsAt, startsAt + lengthMs);
  };
}
