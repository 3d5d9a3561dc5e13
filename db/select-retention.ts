import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { monthTables } from '#db/month-tables.ts';
import { hasSay, selectRetainedFrom } from '#db/retained-from.ts';

/** How retention stands. */
export interface RetentionFacts {
  /** From when on all is kept, in epoch seconds; `undefined` where nothing may go. */
  readonly from: number | undefined;
  /** Sources by the day from which on they keep jobs; NULL keeps all. */
  readonly sources: readonly { readonly day: string | null; readonly names: readonly string[] }[];
  /** Partitions of months that should have gone. */
  readonly overdue: readonly string[];
  /** Tables with the name of a month that are no partitions. */
  readonly detached: readonly string[];
  /** The session that most likely keeps them from going: of another role, or the longest open. */
  readonly holder: string | null;
}

/** One look at what retention has left undone. */
export async function selectRetention(database: Database): Promise<RetentionFacts> {
  const from = await selectRetainedFrom(database);
  const [facts] = await database.query<Omit<RetentionFacts, 'from'>>(sql`
    with month as (
      select relname, ends_at, is_partition and not is_half_detached as is_attached
      from ${monthTables} as named where relnamespace = 'mps'::regnamespace and relkind = 'r'
    ),
    kept as (
      select to_char(retained_from at time zone 'UTC', 'YYYY-MM-DD') as day, array_agg(source order by source) as names
      from mps.coverage where ${hasSay} group by 1
    )
    select
      coalesce((select json_agg(kept order by day) from kept), '[]') as sources,
      array(select relname::text from month
        where is_attached and ends_at <= ${toMoment(from)} order by 1) as overdue,
      array(select relname::text from month where not is_attached order by 1) as detached,
      (select format('%s of %s', pid, usename) from pg_locks join pg_stat_activity using (pid)
        where relation = 'mps.job'::regclass and granted and pid <> pg_backend_pid()
        order by xact_start nulls first limit 1) as holder`);
  if (!facts) throw new Error('a select without a from gives one row');
  return { from, ...facts };
}
