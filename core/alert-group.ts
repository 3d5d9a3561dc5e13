/** How a group's notifications are timed, in seconds, with the meaning that Alertmanager gives them. */
export interface AlertTiming {
  /** From its start to its first notification, so that more of its kind can join. */
  readonly waitSeconds: number;
  /** Between notifications that have something new to tell. */
  readonly intervalSeconds: number;
  /** Until one that goes on firing without news is told of again. */
  readonly repeatSeconds: number;
}

/** How far the story of one group is. Times in epoch seconds. */
export interface GroupProgress {
  /** `pending` until its first notification. */
  readonly status: 'pending' | 'firing' | 'resolved';
  /** It was told of in an earlier episode. */
  readonly again: boolean;
  readonly startsAt: number;
  readonly endsAt: number | null;
  /** When its cause was last seen. */
  readonly activeAt: number;
  /** Of this episode. */
  readonly notifiedAt: number | null;
  /** Notifications made, of all episodes: the number of the last one. */
  readonly notifications: number;
  /** Events that no notification tells of yet. Rules that judge a condition have none. */
  readonly unsaid: number;
}

/** The cause of a group was seen: at `at`, with `events` new things to tell. Starts a new episode after a resolved one. */
export function addActivity(group: GroupProgress | undefined, seen: { at: number; events: number }): GroupProgress {
  if (group && group.status !== 'resolved') {
    return { ...group, activeAt: Math.max(group.activeAt, seen.at), unsaid: group.unsaid + seen.events };
  }
  return {
    status: 'pending',
    again: (group?.notifications ?? 0) > 0,
    startsAt: seen.at,
    endsAt: null,
    activeAt: seen.at,
    notifiedAt: null,
    notifications: group?.notifications ?? 0,
    unsaid: seen.events,
  };
}

export interface GroupMoment {
  readonly now: number;
  /** The cause is there no more. */
  readonly over: boolean;
  readonly silenced: boolean;
  readonly timing: AlertTiming;
}

export interface GroupDecision {
  readonly next: GroupProgress;
  /** The notification to make; its number is `next.notifications`. */
  readonly notify: 'firing' | 'resolved' | null;
}

/**
 * What a group does at a moment. A silenced one says nothing, and what it has to say waits; if it ends meanwhile, it
 * ends without a word. One whose cause came and went before it was ever told of is not told of, unless it holds
 * events, which are always told.
 */
export function decideGroup(group: GroupProgress, moment: GroupMoment): GroupDecision {
  const { now, over, silenced, timing } = moment;
  if (group.status === 'resolved') return { next: group, notify: null };
  const isNews = group.unsaid > 0 || group.notifiedAt === null;
  if (over && (silenced || (group.notifiedAt === null && group.unsaid === 0))) return resolve(group, now, null);
  const due =
    group.notifiedAt === null ? group.startsAt + timing.waitSeconds : group.notifiedAt + timing.intervalSeconds;
  if (silenced || now < due) return { next: group, notify: null };
  if (isNews) return fire(group, now);
  if (over) return resolve(group, now, 'resolved');
  return now >= (group.notifiedAt ?? now) + timing.repeatSeconds ? fire(group, now) : { next: group, notify: null };
}

function fire(group: GroupProgress, now: number): GroupDecision {
  const notifications = group.notifications + 1;
  return { next: { ...group, status: 'firing', notifiedAt: now, notifications, unsaid: 0 }, notify: 'firing' };
}

function resolve(group: GroupProgress, now: number, notify: 'resolved' | null): GroupDecision {
  const notifications = group.notifications + (notify ? 1 : 0);
  const notifiedAt = notify ? now : group.notifiedAt;
  const endsAt = Math.max(group.activeAt, group.startsAt);
  return { next: { ...group, status: 'resolved', endsAt, notifiedAt, notifications, unsaid: 0 }, notify };
}
