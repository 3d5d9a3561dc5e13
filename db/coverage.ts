import { sql } from 'drizzle-orm';
import { AppError } from '#core/errors.ts';
import type { Range } from '#core/range.ts';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';

/** What a source has read completely, and since when it is to be read. Epoch seconds. */
export interface Coverage {
  readonly since: number;
  readonly covered: readonly Range[];
  /** When the last run began that read the lookback and looked at all open jobs that were due; at first, the first. */
  readonly lookedAt: number;
}

/** What a run asks to have covered. */
export interface CoverageRequest {
  readonly source: string;
  /** `undefined` leaves it as it is. */
  readonly since: number | undefined;
  /** Taken by the first run of all. */
  readonly defaultSince: number;
  readonly settleSeconds: number;
}

/**
 * The coverage of a source, which its first run creates. `since` moves when the configuration names a moment; where
 * it names none, the moment of the first run's default stays. Neither reaches back behind what retention keeps.
 */
export async function upsertCoverage(database: Database, request: CoverageRequest): Promise<Coverage> {
  const { source, since, defaultSince, settleSeconds } = request;
  await database.query(sql`
    insert into mps.coverage as coverage (source, since, settle_seconds)
    values (${source}::text, ${toMoment(since ?? defaultSince)}, ${settleSeconds}::integer)
    on conflict (source) do update
      set since = case when ${since !== undefined}::boolean
          then greatest(excluded.since, coverage.retained_from) else coverage.since end,
        settle_seconds = excluded.settle_seconds
      where (${since !== undefined}::boolean and coverage.since <> greatest(excluded.since, coverage.retained_from))
        or coverage.settle_seconds <> excluded.settle_seconds`);
  const coverage = await selectCoverage(database, source);
  if (!coverage) throw new AppError('unexpected', `the coverage of source "${source}" vanished while it was read`);
  return coverage;
}

/** The coverage of a source, or `undefined` before its first run. */
export async function selectCoverage(database: Database, source: string): Promise<Coverage | undefined> {
  const rows = await database.query<{ since: number; looked: number; from: number | null; to: number | null }>(sql`
    select extract(epoch from since)::float8 as since, floor(extract(epoch from looked_at))::float8 as looked,
      extract(epoch from lower(range))::float8 as "from", extract(epoch from upper(range))::float8 as "to"
    from mps.coverage left join lateral unnest(covered) as range on true
    where source = ${source}::text
    order by lower(range)`);
  const [first] = rows;
  if (!first) return undefined;
  const covered = rows.flatMap(({ from, to }) => (from === null || to === null ? [] : [{ from, to }]));
  return { since: first.since, covered, lookedAt: first.looked };
}

/** Notes that this run has read the lookback and looked at all open jobs that were due. */
export async function updateLookedAt(
  database: Database,
  { source, runId, fence }: { source: string; runId: number; fence: number },
): Promise<void> {
  await database.query(sql`
    update mps.coverage set looked_at = (select started_at from mps.sync_run where id = ${runId}::bigint)
    where source = ${source}::text
      and exists (select from mps.lease where name = ${source}::text and fence = ${fence}::bigint)`);
}
