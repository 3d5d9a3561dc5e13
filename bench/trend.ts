/** One look at something that should stay as it is: when, in minutes, and how much. */
export type Look = readonly [minutes: number, value: number];

/**
 * How much a value grew over the looks, as a share of its mean, by the straight line that fits them best: one outlier or
 * a saw tooth does not count for a trend. The first looks, `warmUp` as a share of them all, are passed over.
 */
export function toGrowth(looks: readonly Look[], warmUp: number): number {
  const taken = looks.slice(Math.floor(looks.length * warmUp));
  const [first, last] = [taken[0], taken.at(-1)];
  if (!first || !last || taken.length < 3) return Number.NaN;
  const x = toMean(taken.map(([minutes]) => minutes));
  const y = toMean(taken.map(([, value]) => value));
  const slope =
    taken.reduce((sum, [minutes, value]) => sum + (minutes - x) * (value - y), 0) /
    taken.reduce((sum, [minutes]) => sum + (minutes - x) ** 2, 0);
  return y === 0 ? 0 : (slope * (last[0] - first[0])) / y;
}

const toMean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
