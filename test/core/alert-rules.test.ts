import { describe, expect, it } from 'vitest';
import {
  judgeFailingSources,
  judgeFailureRate,
  judgeGaps,
  judgeRejections,
  judgeStaleness,
  judgeStuckJobs,
  judgeUnknownStates,
  rememberGaps,
  toSpan,
} from '#core/alert-rules.ts';

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
  const health = { source: 's', coveredTo: now, lookedAt: now, knownSince: now - 9_999, gapSeconds: 0, lastErrors: [] };

  it.each([
    [{ coveredTo: now - 900 }, 0],
    [{ coveredTo: now - 901 }, 1],
    [{ lookedAt: now - 900 }, 0],
    [{ lookedAt: now - 901 }, 1],
    [{ lookedAt: null }, 0],
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

describe('what a rule finds', () => {
  const examples = ['a', 'b', 'c', 'd'].map((id) => ({ id, creationTime: 1, inputObject: null, message: null }));
  const named = examples.slice(0, 3);
  const key = { source: 's', pipelineId: 'p', code: '' };
  const nothing = { jobs: 0, topCodes: [], examples: [], createdFrom: null, createdTo: null };
  const health = { source: 's', coveredTo: now, lookedAt: now, knownSince: now - 9_999, gapSeconds: 0, lastErrors: [] };
  const nowhere = { source: 's', pipelineId: '', code: '' };

  it('of a failure rate is how many of which codes, of the time looked at', () => {
    const codes = Array.from({ length: 7 }, (_, index) => ({ code: `C${index}`, jobs: index }));
    const pipeline = { ...counts, finished: 100, failed: 21, codes, examples };
    expect(judgeFailureRate([pipeline], span, { rate: 0.2, minJobs: 20 })).toEqual([
      {
        key: { rule: 'failure-rate', ...key },
        jobs: 21,
        topCodes: [6, 5, 4, 3, 2].map((jobs) => ({ code: `C${jobs}`, jobs })),
        examples: named,
        createdFrom: span.from,
        createdTo: span.to,
        detail: '21 of 100 jobs created since 2026-03-01 11:00 UTC failed (21%, limit 20%)',
      },
    ]);
  });

  it('of stuck jobs is how many since when', () => {
    const group = {
      source: 's',
      pipelineId: 'p',
      state: 'Submitted',
      jobs: 1,
      oldest: now - 60,
      newest: now - 30,
      examples,
    };
    expect(judgeStuckJobs([group], now, 59)).toEqual([
      {
        ...nothing,
        key: { rule: 'job-stuck', ...key, code: 'Submitted' },
        jobs: 1,
        examples: named,
        createdFrom: now - 60,
        createdTo: now - 30,
        detail: '1 job in state Submitted for more than 59 s, the oldest for 1 min',
      },
    ]);
  });

  it('of a stale source is up to when it was read, or when it was looked at, or that it never was', () => {
    const key = { rule: 'sync-stale', ...nowhere };
    expect(judgeStaleness([{ ...health, coveredTo: now - 1_200, lookedAt: now - 1_300 }], now, 900)).toEqual([
      { ...nothing, key, detail: 'nothing newer than 2026-03-01 11:40 UTC was read: 20 min ago (limit 15 min)' },
    ]);
    expect(judgeStaleness([{ ...health, lookedAt: now - 1_200 }], now, 900)).toEqual([
      {
        ...nothing,
        key,
        detail: 'no run since 2026-03-01 11:40 UTC has looked at all recent and open jobs: 20 min ago (limit 15 min)',
      },
    ]);
    expect(judgeStaleness([{ ...health, coveredTo: null, knownSince: now - 1_200 }], now, 900)).toEqual([
      { ...nothing, key, detail: 'nothing was read in the 20 min since the first attempt (limit 15 min)' },
    ]);
  });

  it('of gaps is how much is missing and since when', () => {
    const memory = { s: { seconds: 180, since: now } };
    expect(judgeGaps(memory, now + 900, 900)).toEqual([]);
    expect(judgeGaps(memory, now + 901, 900)).toEqual([
      {
        ...nothing,
        key: { rule: 'sync-gaps', ...nowhere },
        detail: '3 min of creation time was not read, and that has not become less since 2026-03-01 12:00 UTC',
      },
    ]);
  });

  it('of gaps that stay as they are is remembered from their beginning', () => {
    const first = rememberGaps({}, [{ ...health, gapSeconds: 60 }], now);
    expect(first).toEqual({ s: { seconds: 60, since: now } });
    expect(rememberGaps(first, [{ ...health, gapSeconds: 60 }], now + 5)).toEqual(first);
    expect(rememberGaps(first, [{ ...health, gapSeconds: 59 }], now + 5)).toEqual({
      s: { seconds: 59, since: now + 5 },
    });
  });

  it.each([
    [['mps_credentials', null, null], 'mps_credentials', 'the last run failed: mps_credentials (credentials)'],
    [['mps_forbidden'], 'mps_forbidden', 'the last run failed: mps_forbidden (no permission)'],
    [
      ['deadline', 'mps_unavailable', 'mps_throttled', null],
      'deadline',
      'the last 3 runs failed, the newest of deadline',
    ],
  ])('of a source whose runs ended as %o is the newest reason', (lastErrors, code, detail) => {
    expect(judgeFailingSources([{ ...health, lastErrors }])).toEqual([
      { ...nothing, key: { rule: 'source-failing', ...nowhere, code }, detail },
    ]);
  });

  it('of two failures before a good run is nothing', () => {
    expect(judgeFailingSources([{ ...health, lastErrors: ['deadline', 'deadline', null, 'deadline'] }])).toEqual([]);
  });

  it('of jobs in an unknown state, or in none, is how many', () => {
    const group = { source: 's', pipelineId: 'p', text: '', jobs: 2 };
    expect(judgeUnknownStates([group], span)).toEqual([
      {
        ...nothing,
        key: { rule: 'unknown-state', ...key },
        jobs: 2,
        createdFrom: span.from,
        createdTo: span.to,
        detail: '2 jobs in no state at all: taken to be open',
      },
    ]);
  });

  it('of rejected records is how many since when', () => {
    const rejected = (records: number) => judgeRejections([{ source: 's', records }], span);
    const since = 'could not be stored as MPS sent them since 2026-03-01 11:00 UTC: see mps.rejected_record';
    expect(rejected(1)).toEqual([
      { ...nothing, key: { rule: 'rejected-records', ...nowhere }, jobs: 1, detail: `1 record ${since}` },
    ]);
    expect(rejected(2)[0]?.detail).toBe(`2 records ${since}`);
  });
});

describe('a length of time', () => {
  it.each([
    [-5, '0 s'],
    [59, '59 s'],
    [0.9, '0 s'],
    [60, '1 min'],
    [7_199, '119 min'],
    [7_200, '2 h'],
    [12_000, '3 h 20 min'],
    [172_799, '47 h 59 min'],
    [259_199, '2 days'],
    [172_800, '2 days'],
  ])('of %i s reads %s', (seconds, text) => {
    expect(toSpan(seconds)).toBe(text);
  });
});
