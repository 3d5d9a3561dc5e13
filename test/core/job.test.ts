import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber } from '#core/exact-json.ts';
import { parseRecords } from '#core/job.ts';
import { documentedAnswer, documentedRecord } from '../db/sample-jobs.ts';
import { toRuns } from '../fuzz/effort.ts';
import { hostileJson } from './hostile-json.ts';

const moment = 1_769_817_600;
const at = '2026-01-31T00:00:00Z';
const replacement = 'what Postgres cannot hold was replaced: characters by U+FFFD, numbers of over 1000 digits by null';

function nest(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

describe('the documented answer', () => {
  it('is read whole', () => {
    expect(parseRecords(documentedAnswer.SnapshotJobList.SnapshotJob)).toEqual({
      jobs: [
        {
          id: 'cc6cbef8e8d5481ca536f5d2a466****',
          creationTime: Date.parse('2021-06-30T12:34:29Z') / 1000,
          raw: documentedRecord,
          text: JSON.stringify(documentedRecord),
        },
      ],
      rejections: [],
    });
  });
});

describe('a record is stored', () => {
  it.each([
    { what: 'a text', Id: 'a', id: 'a' },
    { what: 'a number', Id: 1e3, id: '1000' },
    { what: 'zero', Id: 0, id: '0' },
    { what: 'the largest exact number', Id: Number.MAX_SAFE_INTEGER, id: '9007199254740991' },
    { what: 'characters of any alphabet', Id: '任务-é-😀', id: '任务-é-😀' },
    { what: '256 characters', Id: '😀'.repeat(256), id: '😀'.repeat(256) },
    { what: 'what SQL or HTML would read', Id: `'"<>;--\\u0000%`, id: `'"<>;--\\u0000%` },
  ])('with an Id of $what', ({ Id, id }) => {
    const record = { Id, CreationTime: at, Later: { added: [1] } };
    expect(parseRecords([record])).toEqual({
      jobs: [{ id, creationTime: moment, raw: record, text: JSON.stringify(record) }],
      rejections: [],
    });
  });

  it.each([
    { time: '2026-01-31T08:00:00+08:00', creationTime: moment },
    { time: '2026-01-30T19:00:00-05:00', creationTime: moment },
    { time: '2026-01-31T15:59:00+15:59', creationTime: moment },
    { time: '2026-01-31T00:00:00-00:00', creationTime: moment },
    { time: '2026-01-31T00:00:00.999Z', creationTime: moment },
    { time: '2026-01-31T00:00:00.999999Z', creationTime: moment },
    { time: '2024-02-29T00:00:00Z', creationTime: 1_709_164_800 },
    { time: '1970-01-01T00:00:00Z', creationTime: 0 },
    { time: '2099-12-31T23:59:59.999999Z', creationTime: 4_102_444_799 },
  ])('in the second of its creation, rounded down: $time', ({ time, creationTime }) => {
    const record = { Id: 'a', CreationTime: time };
    expect(parseRecords([record])).toEqual({
      jobs: [{ id: 'a', creationTime, raw: record, text: JSON.stringify(record) }],
      rejections: [],
    });
  });
});

describe('an Id that is a number beyond a double', () => {
  const parse = (digits: string) => parseRecords([{ Id: new ExactNumber(digits), CreationTime: at }]);

  it.each(['12345678901234567890', '-9007199254740993'])('names a job by its digits: %s', (digits) => {
    expect(parse(digits).jobs[0]?.id).toBe(digits);
  });

  it.each(['1.50', '1.5', '1e400', '-0', '0.7'])('is none where it is no whole number, written out: %s', (digits) => {
    expect(parse(digits)).toMatchObject({ jobs: [], rejections: [{}] });
  });
});

describe('a record is set aside to the letter', () => {
  const badIds = [undefined, null, '', ' ', 'a b', 'a\0', 'a\n', '\u00a0', '\ud83d', 'a\udc00', 'x'.repeat(257)];
  const oddIds = [1.5, 2 ** 53, -(2 ** 53), true, ['a'], { id: 'a' }];
  it.each([...badIds, ...oddIds].map((Id) => ({ Id })))('with the Id %j', ({ Id }) => {
    const record = { Id, CreationTime: at, Other: '\0' };
    const reason = 'Id is missing or not usable';
    expect(parseRecords([record])).toEqual({ jobs: [], rejections: [{ original: JSON.stringify(record), reason }] });
  });

  it.each([
    ...[
      undefined,
      null,
      '',
      'yesterday',
      1_769_817_600,
      [at],
      '2026-01-31',
      '2026-01-31T00:00:00',
      '2026-01-31T00:00Z',
    ],
    ...['2026-01-31 00:00:00Z', '2026-01-31T00:00:00+0800', '2026-01-31T00:00:00+16:00', '2026-01-31T00:00:00-16:00'],
    ...['2026-01-31T00:00:00.1234567Z', `${at}\n`, '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z'],
    ...['2026-01-31T24:00:00Z', '2026-01-31T23:59:60Z', '0000-01-01T00:00:00Z', '+012026-01-31T00:00:00Z'],
    ...['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00+00:01', '2100-01-01T00:00:00Z', '2099-12-31T23:59:59-00:01'],
  ])('with the creation time %j', (CreationTime) => {
    const record = { Id: 'a', CreationTime };
    const reason = 'CreationTime is missing or not usable';
    expect(parseRecords([record])).toEqual({ jobs: [], rejections: [{ original: JSON.stringify(record), reason }] });
  });

  it('with every reason, each told once', () => {
    const reason = 'Id is missing or not usable; CreationTime is missing or not usable';
    expect(parseRecords([{ Id: 'a\0 ', CreationTime: 'x' }]).rejections).toMatchObject([{ reason }]);
  });

  it.each([null, 7, 'text\0', true, [], [{ Id: 'a', CreationTime: at }]])('that is no object at all: %j', (record) => {
    const rejection = { original: JSON.stringify(record), reason: 'the record is not an object' };
    expect(parseRecords([record])).toEqual({ jobs: [], rejections: [rejection] });
  });

  it('but for its text where no JSON can say it', () => {
    const reason = 'the record is nested deeper than 500 levels, or no JSON';
    expect(parseRecords([{ Id: 'a', CreationTime: at, Other: 1n }]).rejections).toEqual([{ original: '', reason }]);
  });

  it('that is not even there', () => {
    expect(parseRecords([undefined]).rejections).toMatchObject([{ original: 'null' }]);
  });

  it('and stored too where only characters had to be replaced', () => {
    const record = { Id: 'a', CreationTime: at, UserData: 'x\0', 'k\ud83d': 1 };
    const raw = { Id: 'a', CreationTime: at, UserData: 'x\ufffd', 'k\ufffd': 1 };
    expect(parseRecords([record])).toEqual({
      jobs: [{ id: 'a', creationTime: moment, raw, text: JSON.stringify(raw) }],
      rejections: [{ original: JSON.stringify(record), reason: replacement }],
    });
  });

  it.each([
    { levels: 400, stored: true },
    { levels: 600, stored: false },
    { levels: 10_000, stored: false },
  ])('where it is nested $levels levels deep, and is stored: $stored', ({ levels, stored }) => {
    const { jobs, rejections } = parseRecords([{ Id: 'deep', CreationTime: at, Deep: nest(levels) }, documentedRecord]);
    expect(jobs.map(({ id }) => id)).toEqual([...(stored ? ['deep'] : []), documentedRecord.Id]);
    expect(rejections.map(({ reason }) => reason)).toEqual(
      stored ? [] : ['the record is nested deeper than 500 levels, or no JSON'],
    );
    const start = `{"Id":"deep","CreationTime":"${at}","Deep":`;
    for (const { original } of rejections) {
      expect(original.slice(0, start.length)).toBe(start);
      expect(original.length).toBeGreaterThan(start.length + 2 * levels);
    }
  });

  it('only by itself: its page is stored in the order received', () => {
    const good = ['c', 'a', 'b'].map((Id) => ({ Id, CreationTime: at }));
    const { jobs, rejections } = parseRecords([good[0], null, good[1], { Id: 'x' }, good[2]]);
    expect(jobs.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(rejections.map(({ original }) => original)).toEqual(['null', '{"Id":"x"}']);
  });
});

describe('any record', () => {
  const ids = fc.oneof(fc.constant('a'), fc.integer(), hostileJson);
  const times = fc.oneof(fc.constant(at), fc.date({ noInvalidDate: true }).map(String), hostileJson);
  const almost = fc.record({ Id: ids, CreationTime: times, Other: hostileJson }, { requiredKeys: ['Id'] });

  it('ends as a job, as a rejection with its text unchanged, or as both', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.jsonValue(), hostileJson), (record) => {
        const { jobs, rejections } = parseRecords([record]);
        const text = JSON.stringify(record);
        const wasReplaced = rejections[0]?.reason === replacement;
        expect(rejections.every(({ original }) => original === text)).toBe(true);
        expect([jobs.length, rejections.length]).toEqual(wasReplaced ? [1, 1] : [jobs.length, 1 - jobs.length]);
        expect(jobs.length === 0 || JSON.stringify(jobs[0]?.raw) === text).toBe(!wasReplaced);
      }),
      { numRuns: toRuns(500) },
    );
  });

  it('even one that no JSON could bring never throws and never vanishes', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true });
    fc.assert(
      fc.property(fc.array(fc.oneof(anything, almost)), (records) => {
        const { jobs, rejections } = parseRecords(records);
        const both = rejections.filter(({ reason }) => reason === replacement).length;
        expect(jobs.length + rejections.length - both).toBe(records.length);
      }),
    );
  });
});
