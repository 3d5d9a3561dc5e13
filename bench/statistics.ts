import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The middle of some measurements. */
export function toMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 ? half : half - 1], sorted[half]];
  return (low + high) / 2;
}

/** How far apart they lie: lowest and highest. */
const toSpread = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

/** Lowest and highest as a text, or one number where they are the same. */
export const toRange = (values: readonly number[]): string => [...new Set(toSpread(values))].join('–');

/** A median with its spread. */
export function describe(values: readonly number[], digits: number): string {
  const [low, high] = toSpread(values);
  return `${toMedian(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** Each rate as a share of its peer's in the same round, for as many rounds as both have. */
export const toPairedRatios = (rates: readonly number[], peers: readonly number[]): number[] =>
  rates.slice(0, peers.length).map((rate, round) => rate / (peers[round] ?? Number.NaN));

/** Has V8 tidy up now. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Longer than V8's other threads go on after a collection. */
const pauseMs = 300;

/**
 * Has V8 tidy up now and not within what is measured next. Left to itself it would begin anew a few MB later, and mark what a benchmark
 * keeps (tens of thousands of jobs) on the core that the second connection needs: so its heap may double first.
 */
export async function settleMemory(): Promise<void> {
  setFlagsFromString('--heap-growing-percent=100');
  collectGarbage();
  await delay(pauseMs);
}

/** Milliseconds that some work takes. */
export async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
