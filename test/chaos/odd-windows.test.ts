import { describe, expect, it } from 'vitest';
import { findOddWindows } from './odd-windows.ts';

const started = 1_000_000;
const run = { id: '7', source: 'default', started, finished: started + 20_000, from: 0, to: started - 5_000 };
const required = { since: 0, settleMs: 5_000, skewMs: 300_000, rightFrom: started };

describe('the window of a completed run', () => {
  it.each([
    ['to the moment it began', {}],
    ['to a second before', { to: started - 6_000 }],
    ['to the settled present', { to: started + 15_000 }],
  ])('is right from the required time on %s', (_, fields) => {
    expect(findOddWindows([{ ...run, ...fields }], required)).toEqual([]);
  });

  it.each([
    ['none', { from: null, to: null }],
    ['none at its end', { to: null }],
    ['one that begins later', { from: 1_000 }],
    ['one that is empty', { to: 0 }],
    ['one that ends some seconds before', { to: started - 9_000 }],
    ['one that ends in the future', { to: started + 21_000 }],
  ])('is a breach where it is %s', (_, fields) => {
    expect(findOddWindows([run, { ...run, ...fields }], required)).toEqual([
      expect.stringMatching(/^1 runs were completed with too small a window, such as \{"id":"7",.*\} \(I2\)$/),
    ]);
  });

  it('may end earlier by what a clock was behind, before all of them were put right', () => {
    const early = { ...run, to: started - 300_000 };
    expect(findOddWindows([early], { ...required, rightFrom: started + 1 })).toEqual([]);
    expect(findOddWindows([early], required)).toHaveLength(1);
  });
});
