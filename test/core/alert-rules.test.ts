import { describe, expect, it } from 'vitest';
import {
  judgeFailingSources,
  judgeFailureRate,
  judgeGaps,
  judgeStaleness,
  judgeStuckJobs,
  judgeUnknownStates,
  rememberGaps,
  toSpan,
} from '#core/alert-rules.ts';
import { decideRetry } from '#core/alert-schedule.ts';
import { isSilencedBy } from '#core/alert-silence.ts';
import { decideSuppression } from '#core/alert-suppression.ts';

const now = Date.parse('2026-03-01T12:00:00Z') / 1000;
const span = { from: now - 3600, to: now };
const counts = { source: 's', pipelineId: 'p', codes: [], examples: [] };

describe('the failure rate', () => {
  it.each([
    [40, 12, true],
    [40, 8, false],
    [40, 9, true],
    [19, 19, false],
    [20, 20, true],
  ])('of %i finished jobs with %i failed fires: %s', (finished, failed, fires) => {
    const found = judgeFailureRate([{ ...counts, finished, failed }], span, { rate: 0.2, minJobs: 20 });
    expect(found.length > 0).toBe(fires);
  });

  it('says it in one sentence of fact, the most frequent codes first', () => {
    const codes = [
      { code: 'A', jobs: 2 },
      { code: null, jobs: 10 },
    ];
    const [found] = judgeFailureRate([{ ...counts, finished: 40, failed: 12, codes }], span, {
      rate: 0.2,
      minJobs: 20,
    });
    expect(found?.detail).toBe('12 of 40 jobs created since 2026-03-01 11:00 UTC failed (30%, limit 20%)');
    expect(found?.topCodes.map(({ code }) => code)).toEqual([null, 'A']);
  });
});

describe('jobs', () => {
  it('that are stuck are told of by pipeline and state', () => {
    const group = {
      source: 's',
      pipelineId: 'p',
      state: 'Submitted',
      jobs: 2,
      oldest: now - 9_000,
      newest: now - 8_000,
    };
    expect(judgeStuckJobs([{ ...group, examples: [] }], now, 7200)).toMatchObject([
      { key: { code: 'Submitted' }, detail: '2 jobs in state Submitted for more than 2 h, the oldest for 2 h 30 min' },
    ]);
  });

  it('in a state that is not known are told of by that state', () => {
    expect(judgeUnknownStates([{ source: 's', pipelineId: 'p', text: 'Paused', jobs: 1 }], span)).toMatchObject([
      {
        key: { rule: 'unknown-state', code: 'Paused' },
        detail: '1 job in state Paused, which is not known: taken to be open',
      },
    ]);
  });
});

describe('the sync', () => {
  const health = { source: 's', coveredTo: now, knownSince: now - 9_999, gapSeconds: 0, lastErrors: [] };

  it.each([
    [{ coveredTo: now - 900 }, 0],
    [{ coveredTo: now - 901 }, 1],
    [{ coveredTo: null, knownSince: now - 60 }, 0],
    [{ coveredTo: null, knownSince: now - 901 }, 1],
  ])('with %o has %i stale sources', (fields, stale) => {
    expect(judgeStaleness([{ ...health, ...fields }], now, 900)).toHaveLength(stale);
  });

  it('has gaps that grow or stay, not such that shrink', () => {
    let memory = rememberGaps({}, [{ ...health, gapSeconds: 600 }], now);
    memory = rememberGaps(memory, [{ ...health, gapSeconds: 700 }], now + 500);
    expect(judgeGaps(memory, now + 901, 900)).toHaveLength(1);
    memory = rememberGaps(memory, [{ ...health, gapSeconds: 650 }], now + 902);
    expect(judgeGaps(memory, now + 903, 900)).toEqual([]);
    expect(rememberGaps(memory, [health], now + 904)).toEqual({});
  });

  it.each([
    [[], 0],
    [['mps_unavailable', 'deadline', null], 0],
    [['mps_unavailable', 'deadline', 'mps_unavailable'], 1],
    [['mps_credentials'], 1],
    [['mps_forbidden', null], 1],
    [[null, 'mps_credentials', 'mps_credentials'], 0],
  ])('whose last runs ended as %o has %i failing sources', (lastErrors, failing) => {
    expect(judgeFailingSources([{ ...health, lastErrors }])).toHaveLength(failing);
  });
});

describe('a failure', () => {
  const limits = { alertingSince: now, maxAgeSeconds: 86_400 };
  it.each([
    ['created before alerting and failed when first seen', -10, true, 'before-alerting'],
    ['created before alerting and seen to fail', -10, false, null],
    ['created since', 10, true, null],
    ['a day old when it was seen to fail', -86_400, false, 'too-old'],
  ])('%s is suppressed as: %s', (_, created, firstSighting, reason) => {
    const failure = {
      creationTime: now + (created as number),
      observedAt: now + 20,
      firstSighting: firstSighting as boolean,
    };
    expect(decideSuppression(failure, limits)).toBe(reason);
  });
});

describe('a silence', () => {
  const any = { rule: null, source: null, pipelineId: null, code: null };
  const key = { rule: 'job-failed', source: 'eu', pipelineId: 'p-12', code: 'X.Y' } as const;
  it.each([
    [any, true],
    [{ ...any, rule: 'job-failed', source: 'eu' }, true],
    [{ ...any, source: 'e' }, false],
    [{ ...any, source: 'e*' }, true],
    [{ ...any, code: 'X.*', pipelineId: 'q*' }, false],
    [{ ...any, code: '*' }, true],
    [{ ...any, code: '' }, false],
  ])('of %o covers the group: %s', (matcher, covers) => {
    expect(isSilencedBy(matcher, key)).toBe(covers);
  });
});

describe('the next attempt', () => {
  const failed = { outcome: 'retry', attempts: 1, now: 0, chance: 0 } as const;
  it.each([
    [{}, 5],
    [{ chance: 1 }, 5.5],
    [{ attempts: 2 }, 300],
    [{ attempts: 9 }, 86_400],
    [{ attempts: 10 }, null],
    [{ outcome: 'refused' as const }, 1_800],
    [{ outcome: 'gone' as const }, null],
    [{ retryAfterSeconds: 60 }, 60],
    [{ retryAfterSeconds: 1e9 }, 86_400],
  ])('after %o is %s s later', (fields, delay) => {
    expect(decideRetry({ ...failed, ...fields })).toBe(delay);
  });
});

describe('a length of time', () => {
  it.each([
    [-5, '0 s'],
    [59, '59 s'],
    [7_199, '119 min'],
    [7_200, '2 h'],
    [12_000, '3 h 20 min'],
    [172_800, '2 days'],
  ])('of %i s reads %s', (seconds, text) => {
    expect(toSpan(seconds)).toBe(text);
  });
});
