import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { type JobFilter, selectsByKeys, sifts, type TextMatch } from '#db/job-filter.ts';
import { toMoment } from '#db/moment.ts';

/** How far back one page of jobs looks, and through which index. */
export interface JobReach {
  /** Jobs created before are left to the next page. Epoch seconds; `undefined`: no job that matters is older. */
  readonly from: number | undefined;
  /** What all jobs of the page have for `mps.to_facet`; `undefined`: the page is not looked for by that. */
  readonly facets: readonly string[] | undefined;
  /** When the first and the last of the jobs that match were created, in epoch seconds; `undefined`: nobody knows. */
  readonly between?: readonly [oldest: number, newest: number] | undefined;
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
  const wanted = isSifted ? Math.max(hasKeys ? sifted.apart : sifted.side, limit) : limit;
  const [row] = await database.query<ReachRow>(toStatement(options, wanted));
  if (!row || row.isNone) return undefined;
  return {
    from: row.from ?? undefined,
    facets: row.facets ?? undefined,
    isFew: row.isFew,
    between: row.oldest === null || row.newest === null ? undefined : [row.oldest, row.newest],
  };
}

interface ReachRow {
  readonly from: number | null;
  readonly facets: readonly string[] | null;
  readonly isFew: boolean;
  readonly isNone: boolean;
  readonly oldest: number | null;
  readonly newest: number | null;
}

function toStatement({ filter, until }: ReachOptions, wanted: number): SQL {
  const { sources, pipelines, states, codes, inputs, outputs, userData } = filter;
  const args = [
    ...[toTexts(sources), toKeys(pipelines), toKeys(states), toKeys(codes)],
    ...[inputs, outputs, userData].map((match) => toTexts(toWhole(match))),
    ...[filter.changedFrom, filter.changedTo, filter.createdFrom, until].map(toMoment),
    ...[sql`${wanted}::bigint`, sql`${sifted.side}::bigint`],
  ];
  return sql`
    select date_part('epoch', reach_from) as from, facets::text[] as facets, is_few as "isFew", is_none as "isNone",
      date_part('epoch', oldest) as oldest, date_part('epoch', newest) as newest
    from mps.find_reach(${sql.join(args, sql`, `)})`;
}

const toTexts = (values: readonly string[] | undefined): SQL => sql`${sql.param(values ?? null)}::text[]`;
/** As the counts have them. */
const toKeys = (values: readonly string[] | undefined): SQL =>
  values === undefined ? sql`null` : sql`array(select mps.to_key(value) from unnest(${toTexts(values)}) as value)`;
const toWhole = (match: TextMatch | undefined): readonly string[] | undefined =>
  match?.beginnings.length === 0 ? match.whole : undefined;
