import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toGaps } from '#db/gaps.ts';
import { toMoment } from '#db/moment.ts';

/** A span of creation time that was not read completely, in epoch seconds: from its start to before its end. */
export interface GapRow {
  readonly source: string;
  readonly gap_from: number;
  readonly gap_to: number;
}

/**
 * What coverage lacks between a source's first moment and the newest covered one (the present, while nothing is), the
 * newest gaps first.
 */
export async function selectGaps(database: Database, now: number, limit: number): Promise<GapRow[]> {
  return database.query<GapRow>(sql`
    select source, extract(epoch from lower(gap))::float8 as gap_from, extract(epoch from upper(gap))::float8 as gap_to
    from mps.coverage, unnest(${toGaps(sql`since`, toMoment(now))}) as gap
    order by lower(gap) desc, source
    limit ${limit}::int`);
}
