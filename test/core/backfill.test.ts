import { describe, expect, it } from 'vitest';
import { decideStep, lowerSince } from '#core/backfill.ts';
import { AppError, type ErrorCode } from '#core/errors.ts';
import type { RunOutcome } from '#core/run.ts';
import type { Source } from '#core/source.ts';

const source: Source = {
  name: 'default',
  endpoint: new URL('http://127.0.0.1:1'),
  account: 'default',
  callsPerSecond: 100,
  historyShare: 0.8,
  pageSize: 300,
  since: undefined,
  lookbackSeconds: 3600,
  settleSeconds: 5,
};
const left = [{ from: 100, to: 200 }];
const now = 2_000_000_000;

describe('the beginning of a source under a backfill', () => {
  const cases: [string, number | undefined, number | undefined, number, number][] = [
    ['moves back to the range', 500, undefined, 100, 100],
    ['stays where coverage has it', 50, undefined, 100, 50],
    ['stays where the configuration has it', 500, 60, 100, 60],
    ['stays where a first run begins, 90 days ago', undefined, undefined, now - 10, now - 7_776_000],
    ['moves back from that default', undefined, undefined, 100, 100],
  ];
  it.each(cases)('%s', (_, stored, configured, from, expected) => {
    const lowered = lowerSince({ ...source, since: configured }, stored, { from, to: now }, now);
    expect(lowered).toEqual({ ...source, since: expected });
  });
});

describe('after a run, a backfill', () => {
  const end = (outcome: RunOutcome, code?: ErrorCode, fruitless = 0) => ({
    outcome,
    error: code && new AppError(code, 'a reason'),
    left,
    fruitless,
  });

  it('is done when nothing is left, whatever the run says', () => {
    expect(decideStep({ ...end('failed', 'mps_forbidden'), left: [] }, () => 1)).toEqual({ kind: 'done' });
  });

  it('is not done because a run says it is complete', () => {
    expect(decideStep(end('completed'), () => 1)).toEqual({ kind: 'wait', why: 'none', ms: 0 });
  });

  const waits: [RunOutcome, ErrorCode | undefined, number, string, number][] = [
    ['skipped', undefined, 0, 'busy', 3_000],
    ['skipped', undefined, 500, 'busy', 3_000],
    ['completed', undefined, 1, 'unsettled', 1_000],
    ['partial', 'mps_throttled', 0, 'trouble', 2_000],
    ['failed', 'database_unavailable', 3, 'trouble', 8_000],
    ['failed', 'mps_unavailable', 19, 'trouble', 60_000],
    ['failed', 'fence_lost', 1, 'trouble', 2_000],
  ];
  it.each(waits)(
    'whose run is %s (%s) for the %i. time in vain waits: %s, %i ms',
    (outcome, code, fruitless, why, ms) => {
      expect(decideStep(end(outcome, code, fruitless), () => 1)).toEqual({ kind: 'wait', why, ms });
    },
  );

  const lasting: ErrorCode[] = ['mps_credentials', 'mps_forbidden', 'mps_clock_skew', 'schema_missing', 'unexpected'];
  it.each(lasting)('gives up at %s', (code) => {
    expect(decideStep(end('failed', code), () => 1)).toMatchObject({ kind: 'give-up', error: { code } });
  });

  it('gives up trouble that never passes, and a range that nothing can be read of', () => {
    expect(decideStep(end('failed', 'mps_unavailable', 20), () => 1)).toMatchObject({
      kind: 'give-up',
      error: { code: 'mps_unavailable' },
    });
    expect(decideStep(end('completed', undefined, 20), () => 1)).toMatchObject({
      kind: 'give-up',
      error: {
        code: 'mps_no_progress',
        message: '20 runs in a row read nothing of what is left of the range',
      },
    });
  });
});
