/** One look at something that should stay as it is: when, in minutes, and how much. */
export type Look = readonly [minutes: number, value: number];

/** Where a value goes in an hour, as a share of its mean, and how far off that may well be. */
export interface Trend {
  readonly growth: number;
  readonly uncertainty: number;
}

export type Verdict = 'flat' | 'grows' | 'falls' | 'unclear';

/** Looks are put together into so many: a saw tooth then lies within one and not over several. */
const parts = 10;

/**
 * The straight line that fits best through the means of ten parts of the time: one outlier or a saw tooth does not count for a
 * trend. The first looks, `warmUp` as a share of them all, are passed over. Its uncertainty is two standard errors, of as many parts as
 * are worth independent ones: n (1 - r) / (1 + r), where r is the correlation of neighbours (https://doi.org/10.1029/1999JD901105),
 * because what comes in waves says little that the part before did not.
 */
export function toTrend(looks: readonly Look[], warmUp: number): Trend {
  const taken = toParts(looks.slice(Math.floor(looks.length * warmUp)));
  if (taken.length < 3) return { growth: Number.NaN, uncertainty: Number.NaN };
  const x = toMean(taken.map(([minutes]) => minutes));
  const y = toMean(taken.map(([, value]) => value));
  if (y === 0) return { growth: 0, uncertainty: 0 };
  const spread = toSum(taken.map(([minutes]) => (minutes - x) ** 2));
  const slope = toSum(taken.map(([minutes, value]) => (minutes - x) * (value - y))) / spread;
  const left = taken.map(([minutes, value]) => value - y - slope * (minutes - x));
  const anHour = 60 / y;
  return { growth: slope * anHour, uncertainty: 2 * Math.sqrt(toVariance(left) / spread) * anHour };
}

/** Means of neighbours, ten of them or fewer. */
function toParts(looks: readonly Look[]): Look[] {
  const size = Math.ceil(looks.length / parts);
  return Array.from({ length: Math.ceil(looks.length / size) }, (_, index) => {
    const part = looks.slice(index * size, (index + 1) * size);
    return [toMean(part.map(([minutes]) => minutes)), toMean(part.map(([, value]) => value))];
  });
}

/** Of what is left off a line. Three parts, one more than a line needs, are the fewest that are reckoned with. */
function toVariance(left: readonly number[]): number {
  const squares = toSum(left.map((each) => each ** 2));
  if (squares === 0) return 0;
  const neighbours = toSum(left.slice(1).map((each, index) => each * (left[index] ?? 0)));
  const correlation = Math.max(0, neighbours / squares);
  const independent = Math.max(3, (left.length * (1 - correlation)) / (1 + correlation));
  return squares / (independent - 2);
}

/** Whether a value stays as it is: by at most `allowed` an hour up or down, also where the line is as wrong as it may be. */
export function judgeTrend({ growth, uncertainty }: Trend, allowed: number): Verdict {
  const change = Math.abs(growth);
  if (change + uncertainty <= allowed) return 'flat';
  // It may stay within the bar, or be nothing but chance: a longer time would tell.
  if (!(change > Math.max(allowed, uncertainty))) return 'unclear';
  return growth > 0 ? 'grows' : 'falls';
}

const toSum = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const toMean = (values: readonly number[]): number => toSum(values) / values.length;
