import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { signRequest, toCanonicalQuery } from '#mps/sign.ts';
import { headerWord, hostileWord } from './hostile-words.ts';
import { type SignedCall, signV1, signV3 } from './signed-calls.ts';

/** When the calls are signed, in epoch ms, and with which key. */
export const now = Date.UTC(2026, 2, 2);
export const key = { id: 'replica', secret: 'a secret of the replica' };
const signer = () => ({ key, now, nonce: randomUUID() });

const names = [
  'SnapshotJobIds',
  'StartOfJobCreatedTimeRange',
  'EndOfJobCreatedTimeRange',
  'State',
  'PipelineId',
  'MaximumPageSize',
  'NextPageToken',
];
const wellFormed = hostileWord.map((word) => word.toWellFormed());
const value = fc.oneof(
  wellFormed,
  fc.constantFrom('id0', 'id0,id1,none', 'Fail', 'p', '2', '300', '2026-01-31T00:00:00Z', '0000-01-01T00:00:00Z'),
);
const parameters = fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, wellFormed), value, {
  maxKeys: 4,
});
const rawSearch = fc.array(fc.oneof(value, fc.constantFrom(...names, '&', '=', '%', '+')), { maxLength: 6 });
const methods = fc.constantFrom('GET' as const, 'POST' as const);
const contentType = fc.constantFrom(
  '',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'multipart/form-data; boundary=x',
  'application/json',
);

/** As our own client signs it: all in the query. */
const ownCall = fc.record({ method: methods, query: parameters }).map(({ method, query }): SignedCall => {
  const { now: at, nonce } = signer();
  const headers = signRequest(
    { method, host: '127.0.0.1', action: 'QuerySnapshotJobList', version: '2014-06-18', query, now: at, nonce },
    { accessKeyId: key.id, accessKeySecret: key.secret },
  );
  return { method, search: toCanonicalQuery(query), headers, body: '' };
});
const oddCall = fc
  .record({ method: methods, words: rawSearch, body: wellFormed, form: parameters, isForm: fc.boolean(), contentType })
  .map(({ method, words, body, form, isForm, contentType: type }) => {
    const sent = method === 'GET' ? '' : isForm ? new URLSearchParams(form).toString() : body;
    const { search } = new URL(`http://127.0.0.1/?${words.join('').replaceAll('#', '')}`);
    return signV3({ method, search: search.slice(1), body: sent, contentType: type }, signer());
  });
const oldCall = fc.record({ query: parameters, form: parameters }).map((call) => signV1(call, signer()));
/** `QuerySnapshotJobList` with whatever parameters, signed as it may be. */
export const signedCall = fc.oneof(ownCall, oddCall, oldCall);

const without = ({ headers, ...call }: SignedCall, name: string): SignedCall => ({
  ...call,
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
});
const withHeader = (call: SignedCall, name: string, text: string): SignedCall => ({
  ...call,
  headers: { ...call.headers, [name]: text },
});
const v3 = fc.oneof(ownCall, oddCall).filter(({ method }) => method === 'POST');

/** One header missing, doubled, or another. */
const brokenHeader = fc
  .record({
    call: v3,
    pick: fc.nat(),
    how: fc.constantFrom('missing', 'doubled', 'other', 'one character'),
    word: headerWord,
    at: fc.nat(),
  })
  .map(({ call, pick, how, word, at }) => {
    const all = Object.keys(call.headers);
    const name = all[pick % all.length] ?? '';
    const text = call.headers[name] ?? '';
    const place = at % text.length;
    const near = `${text.slice(0, place)}${text[place] === '1' ? '2' : '1'}${text.slice(place + 1)}`;
    if (how === 'missing') return without(call, name);
    if (how === 'doubled') return withHeader(call, name, `${text}, ${text}`);
    return withHeader(call, name, how === 'other' && word !== text ? word : near);
  });
/** Signed whole, but not as it may be. */
const brokenSigner = fc
  .record({ at: fc.constantFrom(-16, 16, -1e6, 1e6), what: fc.constantFrom('now', 'id', 'secret'), word: wellFormed })
  .map(({ at, what, word }) => {
    const bad = {
      now: { now: now + at * 60_000 },
      id: { key: { ...key, id: 'replicb' } },
      secret: { key: { ...key, secret: `${word}!` } },
    };
    const by = { ...signer(), ...bad[what as keyof typeof bad] };
    return signV3({ method: 'POST', search: '', body: '', contentType: '' }, by);
  });
/** Something said that was not signed, or what was signed said otherwise. */
const brokenV3 = fc.record({ call: v3, what: fc.nat(3), word: wellFormed }).map(({ call, what, word }) => {
  if (what === 0) return { ...call, search: `${call.search}&State=${encodeURIComponent(word)}` };
  if (what === 1) return { ...call, method: 'PUT' };
  if (what === 2) return { ...call, body: `${call.body}&State=Fail` };
  return withHeader(call, 'x-acs-security-token', 'a token');
});
const brokenV1 = fc.record({ call: oldCall, pick: fc.nat(), what: fc.nat(2), word: wellFormed }).map((given) => {
  const { call, pick, what, word } = given;
  if (what === 0) return { ...call, search: `${call.search}&State=${encodeURIComponent(word)}` };
  const fields = [...new URLSearchParams(call.body)];
  const place = pick % fields.length;
  const [name = '', text = ''] = fields[place] ?? [];
  const other: [string, string][] = what === 1 ? [] : [[name, text === word ? `${word}!` : word]];
  return { ...call, body: new URLSearchParams(fields.toSpliced(place, 1, ...other)).toString() };
});
/** The same with a signature that does not hold. */
export const brokenCall = fc.oneof(brokenHeader, brokenSigner, brokenV3, brokenV1);

/** What MPS answers is one of two: a listing, or a refusal with all of these. */
export function checkShape(answer: Response, body: Record<string, unknown>): void {
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  expect(body.RequestId).toBe(answer.headers.get('x-acs-request-id'));
  if (answer.status === 200) expect(body).toMatchObject({ SnapshotJobList: { SnapshotJob: expect.any(Array) } });
  else
    expect(body).toEqual({
      RequestId: expect.stringMatching(/^[\dA-F-]{36}$/),
      HostId: '127.0.0.1',
      Code: expect.stringMatching(/^\w+(\.\w+)?$/),
      Message: expect.stringMatching(/./),
      Recommend: expect.stringContaining(`${body.RequestId}`),
    });
}
