import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideMerge, isOpen, isRegression, isTerminal, knownStates, type State, toRank } from '#core/state.ts';

const unknown: State[] = ['Cancelled', 'Snapshotting', 'success', ' Success', 'constructor', ''];
const states: State[] = [...knownStates, ...unknown, null];
const pairs = states.flatMap((stored) => states.map((incoming) => ({ stored, incoming })));
const final: State[] = ['Success', 'Fail'];

describe('a state', () => {
  it.each(states.map((state) => ({ state, terminal: final.includes(state) })))(
    '$state is terminal: $terminal',
    ({ state, terminal }) => {
      expect(isTerminal(state)).toBe(terminal);
      expect(isOpen(state)).toBe(!terminal);
    },
  );

  it.each<{ state: State; rank: number }>([
    { state: 'Submitted', rank: 0 },
    { state: 'Snapshoting', rank: 1 },
    { state: 'Success', rank: 2 },
    { state: 'Fail', rank: 2 },
    ...[...unknown, null].map((state) => ({ state, rank: 1 })),
  ])('$state is $rank far along the life of a job', ({ state, rank }) => {
    expect(toRank(state)).toBe(rank);
  });

  it('that MPS may add one day is open and started, whatever its name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(!(knownStates as readonly string[]).includes(name));
        expect([isOpen(name), isTerminal(name), toRank(name)]).toEqual([true, false, 1]);
      }),
    );
  });
});

describe('a read of a job', () => {
  it.each(states)('that is not stored yet inserts it: %s', (state) => {
    expect(decideMerge(undefined, { state })).toBe('insert');
  });

  it.each(states)('that brings the record which is stored changes nothing: %s', (state) => {
    expect(decideMerge({ state, sameRecord: true }, { state })).toBe('keep');
  });

  it.each(pairs)('never takes a job back: from $stored to $incoming', ({ stored, incoming }) => {
    const backwards = final.includes(stored)
      ? !final.includes(incoming)
      : stored === 'Snapshoting' && incoming === 'Submitted';
    expect(isRegression(stored, incoming)).toBe(backwards);
    expect(decideMerge({ state: stored, sameRecord: false }, { state: incoming })).toBe(backwards ? 'keep' : 'update');
  });

  it('ends in a terminal state if any read brought one, in whatever order they arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states), { minLength: 1 }), (reads) => {
        let stored: { state: State; sameRecord: boolean } | undefined;
        for (const state of reads) {
          if (decideMerge(stored, { state }) !== 'keep') stored = { state, sameRecord: false };
        }
        expect(isTerminal(stored?.state ?? null)).toBe(reads.some((state) => final.includes(state)));
      }),
    );
  });
});
