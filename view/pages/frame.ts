import { type SourceRow, selectSources } from '#db/select-health.ts';
import { selectStandbyLag } from '#db/select-standby.ts';
import type { ViewContext } from '#view/context.ts';

/** What every page shows around its content. */
export interface Frame {
  readonly sources: readonly SourceRow[];
  /** Seconds by which the database that was read is behind; `null` where it is no hot standby. */
  readonly standbyLag: number | null;
  /** Epoch seconds. */
  readonly now: number;
  readonly sourceSummary: string | undefined;
  readonly hasSessions: boolean;
}

export async function readFrame({ database, now, sourceSummary, hasSessions }: ViewContext): Promise<Frame> {
  const at = now();
  const [sources, standbyLag] = await Promise.all([selectSources(database, at), selectStandbyLag(database)]);
  return { sources, standbyLag, now: at, sourceSummary, hasSessions };
}
