/**
 * Ranges of creation time and their arithmetic. Times are whole **epoch seconds**, the resolution of MPS's
 * `CreationTime`; a range is half-open, `[from, to)`, so that neighbours meet without a gap or an overlap.
 */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const isEmpty = (range: Range): boolean => range.to <= range.from;

/** Seconds in a set of disjoint ranges. */
export const totalSeconds = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, range) => sum + Math.max(0, range.to - range.from), 0);

/** The same set of seconds as sorted, disjoint ranges that do not touch: the shape Postgres gives a multirange. */
export function normalize(ranges: readonly Range[]): Range[] {
  const sorted = ranges.filter((range) => !isEmpty(range)).sort((a, b) => a.from - b.from);
  const merged: Range[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged;
}

export const union = (a: readonly Range[], b: readonly Range[]): Range[] => normalize([...a, ...b]);

/** The seconds of `whole` that are in none of `parts`, sorted oldest first. */
export function subtract(whole: readonly Range[], parts: readonly Range[]): Range[] {
  let rest = normalize(whole);
  for (const part of normalize(parts)) rest = rest.flatMap((range) => cut(range, part));
  return rest;
}

function cut(range: Range, part: Range): Range[] {
  if (part.to <= range.from || part.from >= range.to) return [range];
  const left = { from: range.from, to: part.from };
  const right = { from: part.to, to: range.to };
  return [left, right].filter((piece) => !isEmpty(piece));
}

/** The seconds that both sets hold. */
export function intersect(a: readonly Range[], b: readonly Range[]): Range[] {
  return subtract(a, subtract(a, b));
}

/** Whether every second of `range` is in `ranges`. */
export const contains = (ranges: readonly Range[], range: Range): boolean => subtract([range], ranges).length === 0;
