import { describe, expect, it } from 'vitest';
import { decideNextAttempt } from '#core/alert-schedule.ts';

describe('the next attempt', () => {
  const failed = { outcome: 'retry', attempts: 1, now: 0, chance: 0 } as const;
  it.each([
    [{}, 5],
    [{ chance: 1 }, 5.5],
    [{ attempts: 2 }, 300],
    [{ attempts: 9 }, 86_400],
    [{ attempts: 10 }, null],
    [{ outcome: 'refused' as const }, 1_800],
    [{ outcome: 'refused' as const, attempts: 2 }, 1_800],
    [{ outcome: 'refused' as const, attempts: 4 }, 7_200],
    [{ attempts: 3 }, 1_800],
    [{ attempts: 4 }, 2 * 3600],
    [{ attempts: 5 }, 5 * 3600],
    [{ attempts: 6 }, 10 * 3600],
    [{ attempts: 7 }, 14 * 3600],
    [{ attempts: 8 }, 20 * 3600],
    [{ now: 1_000 }, 1_005],
    [{ retryAfterSeconds: 4 }, 5],
    [{ outcome: 'gone' as const }, null],
    [{ retryAfterSeconds: 60 }, 60],
    [{ retryAfterSeconds: 1e9 }, 86_400],
  ])('after %o is %s s later', (fields, delay) => {
    expect(decideNextAttempt({ ...failed, ...fields })).toBe(delay);
  });
});
