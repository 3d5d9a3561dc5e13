import type { Database } from '#db/client.ts';
import { type JobFilter, selectsByKeys, sifts } from '#db/job-filter.ts';
import {
  type Combination,
  isAnIndexEnough,
  type Span,
  selectCombinations,
  selectDays,
  selectHours,
} from '#db/select-reach.ts';

/** How far back one page of jobs looks, and through which index. */
export interface JobReach {
  /** Jobs created before are left to the next page. Epoch seconds; `undefined`: no job that matters is older. */
  readonly from: number | undefined;
  /** What all jobs of the page have for `mps.to_facet`; `undefined`: the page is not looked for by that. */
  readonly facets: readonly string[] | undefined;
  /** Whether to find all that match first and sort them then. Otherwise they are read in their order until there are enough. */
  readonly isFew: boolean;
}

export interface ReachOptions {
  readonly filter: JobFilter;
  /** Jobs created later cannot be on the page. Epoch seconds. */
  readonly until: number | undefined;
  /** Jobs wanted. */
  readonly limit: number;
}

/** Jobs that are looked at, at least, where no count and no index tells which of them match; fewer where they lie far apart. */
const sifted = { side: 3_000, apart: 500 };
/** Jobs that lie side by side are read as fast as a few that lie apart. */
const fastSideBySide = 5_000;
const [hour, day] = [3_600, 86_400];
const all: JobReach = { from: undefined, facets: undefined, isFew: false };

/**
 * Decides how far back to look for a page, so that what a page costs does not depend on how many jobs there are. The counts tell
 * where as many jobs as are wanted have the states, codes, pipelines and sources asked for; where names or times of change
 * are asked for too, where enough are to be sifted. `undefined`: there is no such job.
 */
export async function decideReach(database: Database, options: ReachOptions): Promise<JobReach | undefined> {
  const { filter, limit } = options;
  if (filter.ids !== undefined) return { ...all, isFew: true };
  const [isSifted, hasKeys] = [sifts(filter), selectsByKeys(filter)];
  if (!isSifted && !hasKeys) return all;
  if (isSifted && (await isAnIndexEnough(database, { filter, atMost: sifted.side }))) return { ...all, isFew: true };
  const wanted = isSifted ? Math.max(hasKeys ? sifted.apart : sifted.side, 2 * limit) : limit;
  const near = await reachByHours(database, options, wanted);
  if (near && (!hasKeys || near.isDense)) return { from: near.from, facets: undefined, isFew: false };
  const combinations = await selectCombinations(database, filter);
  if (combinations.length === 0) return undefined;
  const from = near ? near.from : await reachByDays(database, { ...options, combinations }, wanted);
  return { from, facets: combinations.map(({ facet }) => facet), isFew: true };
}

/** By the counts of the hours before. `undefined`: what there is of them did not tell. */
async function reachByHours(
  database: Database,
  { filter, until }: ReachOptions,
  wanted: number,
): Promise<{ from: number | undefined; isDense: boolean } | undefined> {
  const { spans, isCut } = await selectHours(database, { filter, until });
  const from = findEnd(spans, { wanted, before: toStart(until, hour) });
  if (from === undefined && isCut) return undefined;
  const within = spans.filter(({ at }) => from === undefined || at >= from);
  const [total, jobs] = [sum(within.map((span) => span.total)), sum(within.map((span) => span.jobs))];
  return { from, isDense: total <= fastSideBySide || jobs * 4 >= total };
}

/** By the counts of the days before, of each combination that there is: few jobs of long ago are found by few counts. */
async function reachByDays(
  database: Database,
  { filter, until, combinations }: ReachOptions & { combinations: readonly Combination[] },
  wanted: number,
): Promise<number | undefined> {
  const { spans, isCut } = await selectDays(database, { filter, until, combinations });
  const end = findEnd(spans, { wanted, before: toStart(until, day) }) ?? (isCut ? spans.at(-1)?.at : undefined);
  return end === undefined ? undefined : narrow(database, filter, { spans, end, wanted });
}

const toStart = (at: number | undefined, length: number): number | undefined =>
  at === undefined ? undefined : Math.floor(at / length) * length;

/** A day that alone has far more jobs than are wanted is looked at by its hours. */
async function narrow(
  database: Database,
  filter: JobFilter,
  { spans, end, wanted }: { spans: readonly Span[]; end: number; wanted: number },
): Promise<number> {
  const jobs = spans.find(({ at }) => at === end)?.jobs ?? 0;
  if (jobs <= sifted.side) return end;
  const found = sum(spans.filter(({ at }) => at > end).map((span) => span.jobs));
  const hours = await selectHours(database, { filter: { ...filter, createdFrom: end }, until: end + day - 1 });
  return findEnd(hours.spans, { wanted: wanted - found, before: end + day }) ?? end;
}

/** The newest span from which on there are as many jobs as wanted; spans that are not wholly before `before` may not count. */
export function findEnd(
  spans: readonly Span[],
  { wanted, before = Number.POSITIVE_INFINITY }: { wanted: number; before?: number | undefined },
): number | undefined {
  let found = 0;
  return spans.find((span) => {
    if (span.at < before) found += span.jobs;
    return found >= wanted;
  })?.at;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
