import { sql } from 'drizzle-orm';
import type { SilenceMatcher } from '#core/alert-silence.ts';
import type { Database } from '#db/client.ts';

export interface NewSilence extends SilenceMatcher {
  readonly reason: string;
  readonly author: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly endsAt: number;
}

/** Keeps matching groups quiet until `endsAt`. Returns the silence's number. */
export async function insertSilence(database: Database, silence: NewSilence): Promise<number> {
  const rows = await database.query<{ id: number }>(sql`
    insert into mps.alert_silence (rule, source, pipeline_id, code, reason, author, created_at, ends_at)
    values (${silence.rule}::text, ${silence.source}::text, ${silence.pipelineId}::text, ${silence.code}::text,
      ${silence.reason}::text, ${silence.author}::text, to_timestamp(${silence.now}::float8),
      to_timestamp(${silence.endsAt}::float8))
    returning id::float8 as id`);
  return rows[0]?.id ?? 0;
}

/** Ends a silence now. Returns `false` when there is none of that number or it has ended already. */
export async function expireSilence(database: Database, { id, now }: { id: number; now: number }): Promise<boolean> {
  const rows = await database.query(sql`
    update mps.alert_silence set ends_at = greatest(created_at, to_timestamp(${now}::float8))
    where id = ${id}::bigint and ends_at > to_timestamp(${now}::float8)
    returning id`);
  return rows.length > 0;
}
