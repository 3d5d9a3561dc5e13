import fc from 'fast-check';
import type { Range } from '#core/range.ts';

/** The naive model of ranges: sets of whole seconds, few enough that overlaps, neighbours and gaps are common. */
const second = fc.integer({ min: 0, max: 24 });

export const range: fc.Arbitrary<Range> = fc.record({ from: second, to: second });
export const ranges = fc.array(range, { maxLength: 8 });

export function toSet(all: readonly Range[]): Set<number> {
  const seconds = new Set<number>();
  for (const { from, to } of all) for (let at = from; at < to; at += 1) seconds.add(at);
  return seconds;
}

/** Runs of neighbouring seconds, oldest first. */
export function toRanges(seconds: ReadonlySet<number>): Range[] {
  const starts = [...seconds].filter((at) => !seconds.has(at - 1)).sort((a, b) => a - b);
  return starts.map((from) => {
    let to = from;
    while (seconds.has(to)) to += 1;
    return { from, to };
  });
}
