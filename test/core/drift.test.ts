import { describe, expect, it } from 'vitest';
import { addDifferences, noDrift, reviewSuspect, type SecondLook, type Suspect, totalDrift } from '#core/drift.ts';

const suspect = (fields: Partial<Suspect>): Suspect => ({
  id: 'a',
  creationTime: 10,
  kind: 'stale',
  isSteady: false,
  ...fields,
});
const record = { text: '{"State":"Success"}', creationTime: 10 };
const known: SecondLook = { answer: 'known', record, isStored: true };

describe('a job that differs, looked at again,', () => {
  const cleared: [string, Partial<Suspect>, SecondLook][] = [
    ['is stored as MPS has it by now', { kind: 'stale' }, known],
    ['was stored in the meantime', { kind: 'missing' }, known],
    ['was forgotten by MPS before it was stored', { kind: 'missing' }, { answer: 'unknown', isStored: false }],
    ['was marked as missing in the meantime', { kind: 'extra' }, { answer: 'unknown', isStored: false }],
    ['became visible to the list late', { kind: 'extra' }, known],
  ];
  it.each(cleared)('is no drift when it %s', (_, fields, look) => {
    expect(reviewSuspect(suspect(fields), look)).toBeUndefined();
  });

  const kept: [string, Partial<Suspect>, SecondLook, Partial<Suspect>][] = [
    ['differs for the first time', {}, { ...known, differs: 'stale' }, { kind: 'stale', isSteady: false }],
    [
      'differs from the very record of the last look',
      { record: record.text },
      { ...known, differs: 'stale' },
      { kind: 'stale', isSteady: true },
    ],
    [
      'changed at MPS since the last look',
      { record: '{"State":"Snapshoting"}' },
      { ...known, differs: 'stale' },
      { isSteady: false, record: record.text },
    ],
    [
      'is stored by now, but otherwise',
      { kind: 'missing', record: record.text },
      { ...known, differs: 'stale' },
      { kind: 'stale' },
    ],
    [
      'is still unknown to MPS',
      { kind: 'extra' },
      { answer: 'unknown', isStored: true },
      { kind: 'extra', isSteady: true },
    ],
    [
      'was forgotten by MPS',
      { kind: 'stale' },
      { answer: 'unknown', isStored: true },
      { kind: 'extra', isSteady: false },
    ],
    [
      'is known to MPS with another creation time',
      { kind: 'extra' },
      { ...known, record: { ...record, creationTime: 11 }, differs: 'missing' },
      { kind: 'extra', isSteady: true },
    ],
    [
      'is not stored and was moved to another second at MPS',
      { kind: 'missing' },
      { answer: 'known', record: { ...record, creationTime: 11 }, differs: 'missing', isStored: false },
      { kind: 'missing', isSteady: false, record: record.text },
    ],
    [
      'is not mentioned by the answer',
      { kind: 'missing' },
      { answer: 'unmentioned', isStored: false },
      { kind: 'missing' },
    ],
  ];
  it.each(kept)('stays under suspicion when it %s', (_, fields, look, expected) => {
    expect(reviewSuspect(suspect(fields), look)).toMatchObject(expected);
  });
});

it('counts differences by kind', () => {
  const counts = addDifferences({ ...noDrift, extra: 2 }, [suspect({}), suspect({ kind: 'missing' }), suspect({})]);
  expect(counts).toEqual({ missing: 1, stale: 2, extra: 2 });
  expect(totalDrift(counts)).toBe(5);
});
