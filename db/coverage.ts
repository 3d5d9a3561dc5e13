import { sql } from 'drizzle-orm';
import type { Range } from '#core/range.ts';
import type { Database } from '#db/client.ts';

/** What a source has read completely, and since when it is to be read. Epoch seconds. */
export interface Coverage {
  readonly since: number;
  readonly covered: readonly Range[];
}

/**
 * The coverage of a source, which its first run creates. `since` moves when the configuration names a moment; where
 * it names none, the moment of the first run's default stays. Neither reaches back behind what retention keeps.
 */
export async function selectCoverage(
  database: Database,
  options: { source: string; since: number | undefined; defaultSince: number },
): Promise<Coverage> {
  const { source, since, defaultSince } = options;
  await database.query(sql`
    insert into mps.coverage as coverage (source, since) values (${source}::text, to_timestamp(${since ?? defaultSince}))
    on conflict (source) do update set since = greatest(excluded.since, coverage.retained_from)
      where ${since !== undefined}::boolean and coverage.since <> greatest(excluded.since, coverage.retained_from)`);
  const rows = await database.query<{ since: number; from: number | null; to: number | null }>(sql`
    select extract(epoch from since)::float8 as since,
      extract(epoch from lower(range))::float8 as "from", extract(epoch from upper(range))::float8 as "to"
    from mps.coverage left join lateral unnest(covered) as range on true
    where source = ${source}::text
    order by lower(range)`);
  const covered = rows.flatMap(({ from, to }) => (from === null || to === null ? [] : [{ from, to }]));
  return { since: rows[0]?.since ?? since ?? defaultSince, covered };
}
