import { describe, expect, it } from 'vitest';
import { findUnproven } from './toll.ts';

const run = {
  minutes: 10,
  toll: { kill: { made: 3, felt: 3 }, freeze: { made: 2, felt: 0 } },
  impossible: ['disk full'],
  waived: [],
};

describe('a run of chaos that is long enough', () => {
  it('names what was made and never felt, and what cannot be made here', () => {
    expect(findUnproven(run)).toEqual([
      'the trouble "freeze" was never felt',
      'the trouble "disk full" cannot be made here: run as one who may mount, or --without "disk full"',
    ]);
  });

  it('does without what it was told to do without', () => {
    expect(findUnproven({ ...run, toll: {}, waived: ['disk full'] })).toEqual([]);
  });

  it('is not one of less than ten minutes', () => {
    expect(findUnproven({ ...run, minutes: 9.9 })).toEqual([]);
  });
});
