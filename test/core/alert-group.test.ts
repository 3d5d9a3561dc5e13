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
});
