import { describe, expect, it } from 'vitest';
import { findUnlooked } from './unlooked.ts';

const looks = { sent: 1, readTogether: 1, looks: 1, completed: 1, told: 1, killed: 1, listingsCut: 1 };

describe('a promise of chaos', () => {
  it('was looked at where each of its looks was', () => {
    expect(findUnlooked(looks)).toEqual([]);
  });

  it.each(Object.keys(looks))('was not looked at where there was none: %s', (name) => {
    expect(findUnlooked({ ...looks, [name]: 0 })).toEqual([expect.stringMatching(/^no.*was not looked at$/)]);
  });
});
