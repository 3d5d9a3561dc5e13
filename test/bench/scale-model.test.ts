import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { longestLookback, modelScale, type ScaleConstants, type ScaleInput } from '../../bench/scale-model.ts';
import { renderScalingPage } from '../../docs/scaling-page.ts';

const constants: ScaleConstants = {
  callsPerSecond: 100,
  newRows: 10_000,
  changedRows: 5_000,
  unchangedRows: 20_000,
  bytesPerJob: 2_000,
  jobsPerCall: 300,
};
const input: ScaleInput = { jobsPerDay: 1_440_000, accounts: 1, lookbackMinutes: 60, retentionDays: 10 };

describe('the scale model', () => {
  it('reads each job once for every minute of the lookback: 60,000 jobs a run are 200 calls, and three for an empty run', () => {
    expect(modelScale(input, constants)).toMatchObject({ callsPerDay: 203 * 1440, storedGb: 28.8 });
  });

  it('takes the rates for what a sync has, both connections: each job is stored once, changed twice, read again 57 times', () => {
    const seconds = 1_440_000 / 10_000 + (2 * 1_440_000) / 5_000 + (57 * 1_440_000) / 20_000;
    expect(modelScale(input, constants).use['writing to Postgres']).toBeCloseTo(seconds / 86_400);
  });

  it('gives each account a run and a quota of its own', () => {
    const one = modelScale(input, constants);
    const ten = modelScale({ ...input, accounts: 10 }, constants);
    expect(ten.use['calls of an account']).toBeLessThan(one.use['calls of an account'] / 8);
    expect(ten.use['writing to Postgres']).toBeCloseTo(one.use['writing to Postgres']);
  });

  it('says what gives first: writing with one large account, connections with very many small ones', () => {
    expect(modelScale({ ...input, jobsPerDay: 1e8 }, constants).givesFirst).toBe('length of a run');
    expect(modelScale({ ...input, jobsPerDay: 1e6, accounts: 50_000 }, constants).givesFirst).toBe('connections');
  });

  it('finds the longest lookback with which nothing is used up, and that one minute more is too much', () => {
    const large = { ...input, jobsPerDay: 1e8, accounts: 20 };
    const minutes = longestLookback(large, constants);
    const most = (lookbackMinutes: number) =>
      Math.max(...Object.values(modelScale({ ...large, lookbackMinutes }, constants).use));
    expect(minutes).toBeGreaterThan(0);
    expect(minutes).toBeLessThan(large.lookbackMinutes);
    expect(most(minutes)).toBeLessThanOrEqual(1);
    expect(most(minutes + 1)).toBeGreaterThan(1);
    expect(longestLookback({ ...input, jobsPerDay: 1e10 }, constants)).toBe(0);
  });
});

describe('docs/scaling.md', () => {
  it('has the table that the model makes of the measured constants (npm run docs writes it)', () => {
    const page = readFileSync('docs/scaling.md', 'utf8');
    expect(page).toContain('| 100,000,000 | 200 |');
    expect(renderScalingPage(page)).toBe(page);
  });
});
