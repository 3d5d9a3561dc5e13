import type { Channel } from '#alerts/channel.ts';
import { flushGroups } from '#alerts/flush-groups.ts';
import { groupEvents } from '#alerts/group-events.ts';
import { selectConditions } from '#alerts/select-conditions.ts';
import type { AlertSettings } from '#core/alert-settings.ts';
import { selectAlertState, updateAlertState, updateGaps, withAlertState } from '#db/alert-state.ts';
import type { WritableDatabase } from '#db/client.ts';

export interface RoundOptions {
  readonly database: WritableDatabase;
  readonly settings: AlertSettings;
  readonly channels: readonly Channel[];
  /** Names of the configured sources. */
  readonly sources: readonly string[];
  /** Epoch seconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface RoundReport {
  /** Groups that are open. */
  readonly groups: number;
  /** Failures that nobody is told of, by this round. */
  readonly suppressed: number;
}

/**
 * One look at everything: new failures find their groups, the rules judge, groups speak. What they say is stored as
 * messages, which `deliverChannel` sends. Several instances may do this at once: one works, the others pass on. When
 * the rules cannot judge, failed jobs are told of all the same, and then it throws.
 */
export async function runRound(options: RoundOptions): Promise<RoundReport> {
  const { database, settings, channels, now, signal } = options;
  await updateAlertState(database, { now, channels: channels.map(({ name }) => name) });
  let suppressed = 0;
  if (settings.rules.includes('job-failed')) suppressed = await groupAll(database, settings, signal);
  if (signal.aborted) return { groups: 0, suppressed };
  const judged = await judge(options).catch((error: unknown) => ({ error }));
  const conditions = 'error' in judged ? undefined : judged.conditions;
  const flushed = await withAlertState(database, async (transaction) => {
    if (!('error' in judged)) await updateGaps(transaction, judged.gaps);
    return flushGroups(transaction, { settings, channels, conditions, now });
  });
  if ('error' in judged) throw judged.error;
  return { groups: flushed?.groups ?? 0, suppressed: suppressed + (flushed?.suppressed ?? 0) };
}

async function judge({ database, settings, sources, now }: RoundOptions) {
  const { alertingSince, gaps } = await selectAlertState(database);
  return selectConditions({ database, settings, sources, alertingSince, gaps, now });
}

/** Until the outbox is empty, or another instance empties it. */
async function groupAll(database: WritableDatabase, settings: AlertSettings, signal: AbortSignal): Promise<number> {
  let suppressed = 0;
  while (!signal.aborted) {
    const batch = await groupEvents(database, settings);
    suppressed += batch?.suppressed ?? 0;
    if (!batch?.full) break;
  }
  return suppressed;
}
