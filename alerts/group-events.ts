import { addFailures, type FailedJob } from '#core/alert-record.ts';
import type { AlertSettings } from '#core/alert-settings.ts';
import type { AlertKey } from '#core/alert-silence.ts';
import { decideSuppression } from '#core/alert-suppression.ts';
import { claimEvents, type EventFate, updateEvents, type WaitingEvent } from '#db/alert-events.ts';
import { selectGroups, upsertGroups } from '#db/alert-groups.ts';
import { withAlertState } from '#db/alert-state.ts';
import type { WritableDatabase } from '#db/client.ts';
import type { Transaction } from '#db/transaction.ts';

/** Events of one transaction. Some 200 ms of work. */
const batch = 2_000;

export interface EventBatch {
  readonly taken: number;
  readonly suppressed: number;
  /** There may be more. */
  readonly full: boolean;
}

/**
 * Moves waiting events into their groups, or suppresses them, in one transaction. Returns `undefined` when another
 * instance is at it.
 */
export function groupEvents(database: WritableDatabase, settings: AlertSettings): Promise<EventBatch | undefined> {
  return withAlertState(database, async (transaction, { alertingSince }) => {
    const events = await claimEvents(transaction, batch);
    if (events.length === 0) return { taken: 0, suppressed: 0, full: false };
    const judged = events.map((event) => ({ event, suppressed: judge(event, settings, alertingSince) }));
    const told = judged.filter(({ suppressed }) => suppressed === null).map(({ event }) => event);
    const places = await placeEvents(transaction, told);
    const fates: EventFate[] = judged.map(({ event, suppressed }) => ({
      event: event.event,
      suppressed,
      ...(places.get(toText(toKey(event))) ?? nowhere),
      ...(suppressed === null ? {} : nowhere),
    }));
    await updateEvents(transaction, fates);
    return { taken: events.length, suppressed: events.length - told.length, full: events.length === batch };
  });
}

const nowhere = { group: null, notification: null };

function judge(event: WaitingEvent, settings: AlertSettings, alertingSince: number): EventFate['suppressed'] {
  return decideSuppression(event, { alertingSince, maxAgeSeconds: settings.maxAgeSeconds });
}

/** Adds events to their groups. Returns each group's number, and the notification that will tell of what was added. */
async function placeEvents(
  transaction: Transaction,
  events: readonly WaitingEvent[],
): Promise<Map<string, { group: number; notification: number }>> {
  const jobs = new Map<string, { key: AlertKey; jobs: FailedJob[] }>();
  for (const event of events) {
    const key = toKey(event);
    const group = jobs.get(toText(key)) ?? { key, jobs: [] };
    group.jobs.push(event);
    jobs.set(toText(key), group);
  }
  const known = await selectGroups(
    transaction,
    [...jobs.values()].map(({ key }) => key),
  );
  const before = new Map(known.map((group) => [toText(group), group]));
  const groups = [...jobs].map(([text, group]) => addFailures(group.key, before.get(text), group.jobs));
  const next = new Map(groups.map((group) => [toText(group), group.notifications + 1]));
  const stored = await upsertGroups(transaction, groups);
  return new Map(stored.map((key) => [toText(key), { group: key.id, notification: next.get(toText(key)) ?? 1 }]));
}

const toKey = ({ source, pipelineId, code }: WaitingEvent): AlertKey => ({
  rule: 'job-failed',
  source,
  pipelineId,
  code,
});

/** A key as a text, to find it by. */
export const toText = ({ rule, source, pipelineId, code }: AlertKey): string =>
  JSON.stringify([rule, source, pipelineId, code]);
