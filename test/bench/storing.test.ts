import { describe, expect, it } from 'vitest';
import { toPairedRatios } from '../../bench/statistics.ts';
import { toOrder, type Way } from '../../bench/storing.ts';

const rounds = Array.from({ length: 12 }, (_, round) => toOrder(round));

describe('the order in which ways to store are measured', () => {
  it('has each way once a round, and each of those held against the product first in some round and last in another', () => {
    expect(new Set(rounds.map((ways) => [...ways].sort().join()))).toHaveLength(1);
    expect(new Set(rounds.map(([first]) => first))).toEqual(
      new Set<Way>(['copy', 'new', 'changed', 'columns', 'values', 'arrays', 'rows']),
    );
    expect(new Set(rounds.map((ways) => ways.at(-1)))).toEqual(
      new Set<Way>(['unchanged', 'changed', 'columns', 'values', 'arrays', 'rows']),
    );
  });

  it('keeps new rows beside their copy, either first, and reads them again right after', () => {
    for (const ways of rounds) {
      const [copied, stored] = [ways.indexOf('copy'), ways.indexOf('new')];
      expect(Math.abs(copied - stored)).toBe(1);
      expect(ways.indexOf('unchanged')).toBe(Math.max(copied, stored) + 1);
    }
    expect(new Set(rounds.map((ways) => ways.indexOf('copy') < ways.indexOf('new')))).toHaveLength(2);
  });
});

describe('the ratios of a way that is measured in fewer rounds', () => {
  it('are those of the rounds that it has', () => {
    expect(toPairedRatios([6, 8, 30], [2, 2])).toEqual([3, 4]);
    expect(toPairedRatios([6, 8], [2, 4, 5])).toEqual([3, 2]);
  });
});
