import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '#core/errors.ts';
import { type Answer, readAnswer } from '#mps/answer.ts';

const now = Date.UTC(2026, 0, 1);
const answer = (text: string, status = 200, headers: Answer['headers'] = {}): Answer => ({ status, headers, text });
const read = (given: Answer, withToken = false) => readAnswer(given, { withToken, now });
const json = (body: object) => JSON.stringify({ RequestId: 'r-1', ...body });
const refusal = (Code: string, Message = 'why') => json({ Code, Message });

function fail(given: Answer, withToken = false): AppError {
  try {
    read(given, withToken);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('this was a page');
}

describe('an answer that is a page', () => {
  it('reads the documented one whole', () => {
    const text = readFileSync('test/fixtures/query-snapshot-job-list.documented.json', 'utf8');
    const documented = JSON.parse(text);
    const page = read(answer(text));
    expect(page.records).toEqual(documented.SnapshotJobList.SnapshotJob);
    expect(page.nextToken).toBe(documented.NextPageToken);
    expect(page.missingIds).toEqual(documented.NonExistSnapshotJobIds.String);
  });

  it.each([
    ['nested', { SnapshotJobList: { SnapshotJob: [{ Id: 'a', New: 1 }] } }, [{ Id: 'a', New: 1 }]],
    ['flat', { SnapshotJobList: [{ Id: 'a' }] }, [{ Id: 'a' }]],
    ['an empty object', { SnapshotJobList: {} }, []],
    ['null', { SnapshotJobList: null }, []],
    ['absent', {}, []],
    ['a list with odd records', { SnapshotJobList: [1, null, 'x'] }, [1, null, 'x']],
  ])('takes a list that is %s', (_, body, records) => {
    expect(read(answer(json(body))).records).toEqual(records);
  });

  it.each([
    ['nested', { NonExistSnapshotJobIds: { String: ['a', 'b'] } }, ['a', 'b']],
    ['flat', { NonExistSnapshotJobIds: ['a', 'b'] }, ['a', 'b']],
    ['a list with numbers', { NonExistSnapshotJobIds: [1] }, ['1']],
    ['an empty object', { NonExistSnapshotJobIds: {} }, []],
    ['null', { NonExistSnapshotJobIds: null }, []],
    ['absent', {}, []],
  ])('takes unknown ids that are %s', (_, body, ids) => {
    expect(read(answer(json(body))).missingIds).toEqual(ids);
  });

  it('hands records on as they came, fields that nobody knows and all', () => {
    const record = { Id: 'a', Added: { In: [2030, null, { Deep: true }] }, 'odd name': '' };
    const text = `{"RequestId":"r","Added":1,"SnapshotJobList":{"Added":2,"SnapshotJob":[${JSON.stringify(record)}]}}`;
    expect(read(answer(text)).records).toEqual([record]);
  });

  it.each([
    ['absent', {}, undefined],
    ['empty', { NextPageToken: '' }, undefined],
    ['null', { NextPageToken: null }, undefined],
    ['there', { NextPageToken: 't' }, 't'],
  ])('has no next page where the token is %s, else that token', (_, body, token) => {
    expect(read(answer(json(body))).nextToken).toBe(token);
  });

  it('takes an empty Code for no error', () => {
    expect(read(answer(json({ Code: '' }))).records).toEqual([]);
  });

  it("tells the server's clock where a Date header does", () => {
    expect(read(answer(json({}), 200, { date: new Date(now).toUTCString() })).serverTime).toBe(now);
    expect(read(answer(json({}), 200, { date: 'soon' })).serverTime).toBeUndefined();
  });
});

describe('an answer that is no page', () => {
  const cases: [what: string, given: Answer, withToken: boolean, code: ErrorCode][] = [
    ['throttling with 400', answer(refusal('Throttling.User'), 400), false, 'mps_throttled'],
    ['throttling inside a 200', answer(refusal('Throttling')), false, 'mps_throttled'],
    ['a bare 429', answer('', 429), false, 'mps_throttled'],
    ['ServiceUnavailable', answer(refusal('ServiceUnavailable'), 503), false, 'mps_unavailable'],
    ["a gateway's HTML", answer('<html>502</html>', 502), false, 'mps_unavailable'],
    ['an empty 500', answer('', 500), false, 'mps_unavailable'],
    ['an empty 200', answer(''), false, 'mps_unreadable'],
    ['HTML in a 200', answer('<html></html>'), false, 'mps_unreadable'],
    ['half a JSON', answer('{"RequestId": "r'), false, 'mps_unreadable'],
    ['JSON that is no object', answer('[]'), false, 'mps_unreadable'],
    ['JSON without a word of MPS', answer('{}'), false, 'mps_unreadable'],
    ['null', answer('null'), false, 'mps_unreadable'],
    ['a list that is text', answer(json({ SnapshotJobList: 'none' })), false, 'mps_unreadable'],
    ['a list of one that is no list', answer(json({ SnapshotJobList: { SnapshotJob: {} } })), false, 'mps_unreadable'],
    ['a token that is no text', answer(json({ NextPageToken: 7 })), false, 'mps_unreadable'],
    [
      'ids that no text can be made of',
      answer(json({ NonExistSnapshotJobIds: [{ toString: 1 }] })),
      false,
      'mps_unreadable',
    ],
    ['a page with an error status', answer(json({ SnapshotJobList: [] }), 500), false, 'mps_unavailable'],
    [
      'a page with an error code',
      answer(json({ Code: 'InternalError', SnapshotJobList: [] })),
      false,
      'mps_unavailable',
    ],
    ['a redirect', answer('', 302, { location: 'http://elsewhere' }), false, 'mps_unreadable'],
    ['a refused parameter', answer(refusal('InvalidParameter'), 400), false, 'mps_bad_request'],
    [
      'a refused parameter of a request with a token',
      answer(refusal('InvalidParameter.X'), 400),
      true,
      'mps_token_refused',
    ],
    ['a wrong signature', answer(refusal('SignatureDoesNotMatch'), 400), false, 'mps_credentials'],
    ['a wrong clock', answer(refusal('InvalidTimeStamp.Expired'), 400), false, 'mps_clock_skew'],
  ];
  it.each(cases)('is, for %s, the error that it stands for', (_, given, withToken, code) => {
    expect(fail(given, withToken).code).toBe(code);
  });

  it.each([
    ['1500', 1500],
    ['0', undefined],
    ['-1', undefined],
    ['0.5', 0.5],
    [['700', '900'], 700],
    ['soon', undefined],
    ['700 ms', undefined],
    ['Infinity', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('asks to be left alone for %s ms', (header, expected) => {
    const headers = { 'x-acs-retry-after': header };
    expect(fail(answer(refusal('Throttling.User'), 400, headers)).retryAfterMs).toBe(expected);
  });

  it('names the code, the status and the request, and the reason where that is no secret', () => {
    const { message } = fail(answer(refusal('InvalidParameter', 'State is not one of these'), 400));
    expect(message).toBe('MPS answered InvalidParameter (HTTP 400, request r-1): State is not one of these');
  });

  it('keeps the string to sign, which a signature error repeats, to itself', () => {
    const { message } = fail(answer(refusal('SignatureDoesNotMatch', 'server string to sign is: POST secret'), 400));
    expect(message).not.toContain('POST');
    expect(message).toContain('check the access key, its secret and its security token');
  });

  it('tells by how much the clocks differ', () => {
    const headers = { date: new Date(now + 1_200_000).toUTCString() };
    const { message } = fail(answer(refusal('InvalidTimeStamp.Expired'), 400, headers));
    expect(message).toContain('its clock is 1200 s ahead of ours');
  });
});

describe('any answer', () => {
  it('is a page or an AppError, and nothing else', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => json({ SnapshotJobList: value })),
    );
    const headers = fc.dictionary(fc.constantFrom('date', 'x-acs-retry-after', 'location'), fc.string());
    fc.assert(
      fc.property(
        bodies,
        fc.integer({ min: 100, max: 599 }),
        headers,
        fc.boolean(),
        (text, status, given, withToken) => {
          try {
            const page = read(answer(text, status, given), withToken);
            expect(Array.isArray(page.records)).toBe(true);
            expect(status).toBe(200);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
    );
  });
});
