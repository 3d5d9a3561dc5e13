import { and, eq, gt, sql } from 'drizzle-orm';
import type { SilenceMatcher } from '#core/alert-silence.ts';
import type { Database } from '#db/client.ts';
import { toMoment } from '#db/moment.ts';
import { alertSilence } from '#db/schema.ts';

export interface NewSilence extends SilenceMatcher {
  readonly reason: string;
  readonly author: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly endsAt: number;
}

/** Keeps matching groups quiet until `endsAt`. Returns the silence's number. */
export async function insertSilence(database: Database, silence: NewSilence): Promise<number> {
  const rows = await database.queryTyped((drizzle) =>
    drizzle
      .insert(alertSilence)
      .values({ ...silence, createdAt: toMoment(silence.now), endsAt: toMoment(silence.endsAt) })
      .returning({ id: alertSilence.id }),
  );
  return rows[0]?.id ?? 0;
}

/** Ends a silence now. Returns `false` when there is none of that number or it has ended already. */
export async function expireSilence(database: Database, { id, now }: { id: number; now: number }): Promise<boolean> {
  const at = toMoment(now);
  const rows = await database.queryTyped((drizzle) =>
    drizzle
      .update(alertSilence)
      .set({ endsAt: sql`greatest(created_at, ${at})` })
      .where(and(eq(alertSilence.id, id), gt(alertSilence.endsAt, at)))
      .returning({ id: alertSilence.id }),
  );
  return rows.length > 0;
}
