import { randomUUID } from 'node:crypto';
import type { Channel } from '#alerts/channel.ts';
import { toText } from '#alerts/group-events.ts';
import { decideGroup, type GroupDecision } from '#core/alert-group.ts';
import type { Notification } from '#core/alert-notification.ts';
import { type AlertGroup, type Condition, holdCondition } from '#core/alert-record.ts';
import type { AlertSettings } from '#core/alert-settings.ts';
import { isSilencedBy } from '#core/alert-silence.ts';
import { toNotification } from '#core/to-notification.ts';
import { selectChannelLoad } from '#db/alert-channel.ts';
import { insertDeliveries, type NewDelivery } from '#db/alert-delivery.ts';
import { silenceEvents } from '#db/alert-events.ts';
import {
  type ActiveSilence,
  type StoredGroup,
  selectActiveSilences,
  selectGroups,
  selectOpenGroups,
  upsertGroups,
} from '#db/alert-groups.ts';
import type { DeliveryPart } from '#db/select-alerts.ts';
import type { Transaction } from '#db/transaction.ts';

export interface Flush {
  readonly settings: AlertSettings;
  readonly channels: readonly Channel[];
  /** `undefined` where nobody knows: then what fired goes on. */
  readonly conditions: readonly Condition[] | undefined;
  /** Epoch seconds. */
  readonly now: number;
}

/** What a flush did: groups that are open after it, and events that a silence outlived. */
export interface FlushReport {
  readonly groups: number;
  readonly suppressed: number;
}

/** A group that was decided upon. */
interface Decided {
  readonly before: StoredGroup;
  readonly after: AlertGroup;
  readonly notify: GroupDecision['notify'];
}

/**
 * Lets every group decide whether to speak, and stores the messages in the same transaction: a notification is made
 * and on its way, or neither.
 */
export async function flushGroups(transaction: Transaction, flush: Flush): Promise<FlushReport> {
  await holdConditions(transaction, flush);
  const silences = await selectActiveSilences(transaction, flush.now);
  const holding = flush.conditions && new Set(flush.conditions.map(({ key }) => toText(key)));
  const decided = (await selectOpenGroups(transaction)).map((group) => decide(group, { ...flush, silences, holding }));
  await upsertGroups(
    transaction,
    decided.filter(({ before, after }) => isChanged(before, after)).map(({ after }) => after),
  );
  const spoken = decided.filter(({ notify }) => notify !== null);
  await insertMessages(transaction, spoken, flush);
  return {
    groups: decided.filter(({ after }) => after.status !== 'resolved').length,
    suppressed: await suppressUnsaid(transaction, decided),
  };
}

async function holdConditions(transaction: Transaction, { conditions = [], now }: Flush): Promise<void> {
  if (conditions.length === 0) return;
  const known = await selectGroups(
    transaction,
    conditions.map(({ key }) => key),
  );
  const before = new Map(known.map((group) => [toText(group), group]));
  await upsertGroups(
    transaction,
    conditions.map((condition) => holdCondition(before.get(toText(condition.key)), condition, now)),
  );
}

function decide(
  before: StoredGroup,
  context: Flush & { silences: readonly ActiveSilence[]; holding: ReadonlySet<string> | undefined },
): Decided {
  const { settings, now, silences, holding } = context;
  const silence = silences.find((each) => isSilencedBy(each, before));
  const isQuiet = now - before.activeAt >= settings.resolveSeconds;
  const isOver = before.rule === 'job-failed' ? isQuiet : holding !== undefined && !holding.has(toText(before));
  const moment = { now, over: isOver, silenced: silence !== undefined, timing: settings.timing };
  const { next, notify } = decideGroup(before, moment);
  const told = notify === 'firing' && before.rule === 'job-failed' ? { jobs: before.unsaid } : {};
  const after = { ...before, ...next, ...told, silenceId: silence?.id ?? null };
  return { before, after: { ...after, notifiedStatus: notify ?? before.notifiedStatus }, notify };
}

const isChanged = (before: AlertGroup, after: AlertGroup): boolean =>
  before.status !== after.status ||
  before.notifications !== after.notifications ||
  before.silenceId !== after.silenceId;

/** Events of groups that a silence outlived: they are told of by nobody, and say so. */
async function suppressUnsaid(transaction: Transaction, decided: readonly Decided[]): Promise<number> {
  let suppressed = 0;
  for (const { before, after, notify } of decided) {
    if (after.status !== 'resolved' || notify !== null || before.unsaid === 0) continue;
    suppressed += await silenceEvents(transaction, { group: before.id, notification: before.notifications + 1 });
  }
  return suppressed;
}

async function insertMessages(transaction: Transaction, spoken: readonly Decided[], flush: Flush): Promise<void> {
  if (spoken.length === 0) return;
  const notifications = spoken.map(({ after, notify }) =>
    toNotification(after, notify ?? 'firing', flush.settings.publicUrl),
  );
  const loads = new Map((await selectChannelLoad(transaction, flush.now)).map((row) => [row.name, row]));
  for (const channel of flush.channels) {
    const { disabled = false, load = 0 } = loads.get(channel.name) ?? {};
    if (disabled) continue;
    const messages = channel.pack(notifications, toMost(channel, load));
    await insertDeliveries(
      transaction,
      messages.map(({ body, parts }) => toDelivery(channel, body, toParts(parts, spoken, notifications))),
      flush.now,
    );
  }
}

/** Messages that a channel's limits leave within this minute: at least one, which then waits its turn. */
function toMost({ limits }: Channel, load: number): number {
  const perMinute = Math.min(...limits.map(({ count, seconds }) => Math.floor((count * 60) / seconds)));
  return Number.isFinite(perMinute) ? Math.max(1, perMinute - load) : 1_000;
}

const toDelivery = (channel: Channel, body: NewDelivery['body'], parts: readonly DeliveryPart[]): NewDelivery => ({
  id: `msg_${randomUUID().replaceAll('-', '')}`,
  channel: channel.name,
  body,
  parts,
});

function toParts(
  indexes: readonly number[],
  spoken: readonly Decided[],
  notifications: readonly Notification[],
): DeliveryPart[] {
  return indexes.flatMap((index) => {
    const [decided, notification] = [spoken[index], notifications[index]];
    if (!decided || !notification) return [];
    const { before, after } = decided;
    const { status, jobs } = notification;
    return [{ group: before.id, notification: after.notifications, status, jobs }];
  });
}
