import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addActivity, decideGroup, type GroupProgress } from '#core/alert-group.ts';

const timing = { waitSeconds: 30, intervalSeconds: 300, repeatSeconds: 14_400 };
const quiet = 1_800;

type Step = { readonly after: number; readonly events: number; readonly silenced: boolean };
interface Said {
  readonly at: number;
  readonly status: 'firing' | 'resolved';
  readonly events: number;
  readonly again: boolean;
}

/** Plays a story of failures and looks at it every few seconds, as rounds do. */
function play(steps: readonly Step[]) {
  let group: GroupProgress | undefined;
  let now = 1_000;
  const said: Said[] = [];
  const ends: { at: number; lost: number }[] = [];
  let seen = 0;
  for (const { after, events, silenced } of steps) {
    now += after;
    if (events > 0) group = addActivity(group, { at: now, events });
    seen += events;
    if (!group) continue;
    const over = now - group.activeAt >= quiet;
    const { next, notify } = decideGroup(group, { now, over, silenced, timing });
    if (notify) said.push({ at: now, status: notify, events: group.unsaid, again: next.again });
    if (group.status !== 'resolved' && next.status === 'resolved')
      ends.push({ at: now, lost: notify ? 0 : group.unsaid });
    group = next;
  }
  return { said, ends, seen, group };
}

const story = (silences: fc.Arbitrary<boolean>) =>
  fc.array(fc.record({ after: fc.nat(900), events: fc.oneof(fc.constant(0), fc.nat(5)), silenced: silences }), {
    maxLength: 80,
  });

describe('a group', () => {
  it('tells of each event exactly once, whatever the story, when nothing is silenced', () => {
    fc.assert(
      fc.property(story(fc.constant(false)), (steps) => {
        const end = { after: quiet + timing.intervalSeconds, events: 0, silenced: false };
        const { said, seen, group } = play([...steps, end, end]);
        expect(said.reduce((sum, { events }) => sum + events, 0)).toBe(seen);
        expect(group?.unsaid ?? 0).toBe(0);
        expect(group?.status ?? 'resolved').toBe('resolved');
      }),
    );
  });

  it('accounts for each event under silences: told of, waiting, or lost with the end of its group', () => {
    fc.assert(
      fc.property(story(fc.boolean()), (steps) => {
        const { said, ends, seen, group } = play(steps);
        const told = said.reduce((sum, { events }) => sum + events, 0);
        const lost = ends.reduce((sum, each) => sum + each.lost, 0);
        expect(told + lost + (group?.unsaid ?? 0)).toBe(seen);
      }),
    );
  });

  it('never speaks twice within the interval of an episode, and ends only what it began', () => {
    fc.assert(
      fc.property(story(fc.boolean()), (steps) => {
        const { said } = play(steps);
        said.forEach((each, index) => {
          const before = said[index - 1];
          if (each.status === 'resolved') expect(before?.status).toBe('firing');
          if (before?.status === 'firing' && each.again === before.again && each.status === 'firing')
            expect(each.events > 0 || each.at - before.at >= timing.repeatSeconds || each.again).toBe(true);
          if (before?.status === 'firing' && each.status === 'resolved')
            expect(each.at - before.at).toBeGreaterThanOrEqual(timing.intervalSeconds);
          if (index > 0 && each.status === 'firing' && before?.status === 'resolved') expect(each.again).toBe(true);
        });
      }),
    );
  });

  const base = { at: 0, events: 1 };
  const moment = { over: false, silenced: false, timing };

  it.each([
    [29, null],
    [30, 'firing'],
  ])('that began 0 s ago says at %i s: %s', (now, notify) => {
    expect(decideGroup(addActivity(undefined, base), { ...moment, now }).notify).toBe(notify);
  });

  it('of a condition that came and went before it was told of says nothing', () => {
    const group = addActivity(undefined, { at: 0, events: 0 });
    const { next, notify } = decideGroup(group, { ...moment, now: 10, over: true });
    expect([notify, next.status]).toEqual([null, 'resolved']);
  });

  it('repeats a condition that lasts, and tells when it is over', () => {
    const group = decideGroup(addActivity(undefined, { at: 0, events: 0 }), { ...moment, now: 30 }).next;
    const at = (now: number, over: boolean) => decideGroup(group, { ...moment, now, over }).notify;
    expect([at(330, false), at(14_429, false), at(14_430, false), at(329, true), at(330, true)]).toEqual([
      null,
      null,
      'firing',
      null,
      'resolved',
    ]);
  });

  it('begins as its cause is first seen, and again after it was over', () => {
    const began = { status: 'pending', again: false, startsAt: 5, endsAt: null, activeAt: 5, notifiedAt: null };
    const first = addActivity(undefined, { at: 5, events: 2 });
    expect(first).toEqual({ ...began, notifications: 0, unsaid: 2 });
    expect(addActivity(first, { at: 9, events: 1 })).toEqual({ ...first, activeAt: 9, unsaid: 3 });
    expect(addActivity(first, { at: 2, events: 1 }).activeAt).toBe(5);
    const over = { ...first, status: 'resolved', notifications: 4, notifiedAt: 7, endsAt: 8 } as const;
    expect(addActivity(over, { at: 50, events: 1 })).toEqual({
      ...began,
      again: true,
      startsAt: 50,
      activeAt: 50,
      notifications: 4,
      unsaid: 1,
    });
    expect(addActivity({ ...over, notifications: 0 }, { at: 50, events: 1 }).again).toBe(false);
  });

  it('is told of, and then over, each with a number of its own', () => {
    const firing = decideGroup(addActivity(undefined, base), { ...moment, now: 30 });
    expect(firing).toEqual({
      notify: 'firing',
      next: { ...addActivity(undefined, base), status: 'firing', notifiedAt: 30, notifications: 1, unsaid: 0 },
    });
    const over = decideGroup({ ...firing.next, activeAt: 100 }, { ...moment, now: 400, over: true });
    expect(over).toEqual({
      notify: 'resolved',
      next: { ...firing.next, activeAt: 100, status: 'resolved', endsAt: 100, notifiedAt: 400, notifications: 2 },
    });
    expect(decideGroup(over.next, { ...moment, now: 99_999 })).toEqual({ next: over.next, notify: null });
  });

  it('that is silenced waits, and ends without a word and without a number', () => {
    const firing = decideGroup(addActivity(undefined, base), { ...moment, now: 30 }).next;
    const news = addActivity(firing, { at: 40, events: 2 });
    expect(decideGroup(news, { ...moment, now: 9_999, silenced: true })).toEqual({ next: news, notify: null });
    expect(decideGroup(news, { ...moment, now: 9_999, silenced: true, over: true })).toEqual({
      notify: null,
      next: { ...news, status: 'resolved', endsAt: 40, unsaid: 0 },
    });
    const early = { ...firing, activeAt: -5 };
    expect(decideGroup(early, { ...moment, now: 9_999, silenced: true, over: true }).next.endsAt).toBe(0);
  });

  it('that was told of tells what is new after the interval, and not before', () => {
    const news = addActivity(decideGroup(addActivity(undefined, base), { ...moment, now: 30 }).next, {
      at: 31,
      events: 1,
    });
    const at = (now: number, over = false) => decideGroup(news, { ...moment, now, over }).notify;
    expect([at(329), at(330), at(330, true), at(329, true)]).toEqual([null, 'firing', 'firing', null]);
  });

  it('that holds events is told of before it is over, however soon that is', () => {
    expect(decideGroup(addActivity(undefined, base), { ...moment, now: 30, over: true }).notify).toBe('firing');
    expect(decideGroup(addActivity(undefined, base), { ...moment, now: 29, over: true }).notify).toBeNull();
  });
});
