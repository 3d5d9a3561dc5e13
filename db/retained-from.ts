import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';

/**
 * Notes from when on a source's jobs are kept (epoch seconds), before anything is dropped, so that no run takes it for a gap.
 * Writes nothing when nothing changed.
 */
export async function updateRetainedFrom(
  database: Database,
  { source, edge }: { source: string; edge: number | undefined },
): Promise<void> {
  const from = toMoment(edge);
  await database.query(sql`
    update mps.coverage
    set retained_from = ${from}, since = greatest(since, ${from}),
      covered = covered * tstzmultirange(tstzrange(${from}, null))
    where source = ${source}::text and (retained_from is distinct from ${from} or since < ${from})`);
}

/** Of a row of coverage: a source that had no run for thirty days has no say any more in what is kept. */
export const hasSay = sql`exists (
  select from mps.sync_run where sync_run.source = coverage.source and started_at > now() - interval '30 days')`;

/**
 * From when on all is kept, in epoch seconds; `undefined` where nothing may go. A month holds the jobs of all sources, so it stays
 * as long as any of them keeps it.
 */
export async function selectRetainedFrom(database: Database): Promise<number | undefined> {
  const [edge] = await database.query<{ from: number | null }>(sql`
    select case when bool_and(retained_from is not null) then extract(epoch from min(retained_from))::float8 end as "from"
    from mps.coverage
    where ${hasSay}`);
  return edge?.from ?? undefined;
}
