import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

/** Has the database note, in the transaction that completes a run, that its window was not covered then. */
export async function watchCompletions(database: Database): Promise<void> {
  await database.query(sql`
    create table public.chaos_gap (run bigint, source text);
    create function public.chaos_note_gap() returns trigger language plpgsql as $$
    begin
      insert into public.chaos_gap (run, source)
      select new.id, new.source
      where not exists (
        select from mps.coverage
        where source = new.source and covered @> tstzrange(new.window_from, new.window_to));
      return null;
    end $$;
    create trigger chaos_note_gap after update on mps.sync_run
      for each row when (new.outcome = 'completed') execute function public.chaos_note_gap()`);
}

/** I2: runs that were completed over a gap, also one that was filled later, or without a window. */
export async function findCompletedOverGaps(database: Database): Promise<string[]> {
  const rows = await database.query<{ run: string }>(sql`select run::text as run from public.chaos_gap order by run`);
  return rows.length > 0 ? [`${rows.length} runs were completed over a gap, such as run ${rows[0]?.run} (I2)`] : [];
}
