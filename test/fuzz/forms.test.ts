import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertRules } from '#core/alert-notification.ts';
import { sessionSeconds } from '#view/session.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs } from './effort.ts';
import { headerWord, hostileWord } from './hostile-words.ts';

const { createApp, db } = useView({ emptyBefore: 'all' });
const token = 'the-very-token';

type Field = readonly [name: string, value: string | File];
interface Form {
  readonly fields: readonly Field[];
  readonly encoding: string;
  readonly contentType: string;
}

const encodings = [
  'form',
  'multipart',
  'form, another charset',
  'multipart, another boundary',
  'multipart, cut',
  'bare',
];
const contentType = fc.constantFrom(
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary="\\"',
  'Multipart/Form-Data;boundary=x',
  'application/x-www-form-urlencoded;',
  'application/json',
  'text/plain',
);

/** Each of the names with one of its good values, then changed: values, files, fields twice or missing. */
const formOf = (good: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Form> => {
  const names = Object.keys(good);
  const word = hostileWord.map((each) => each.toWellFormed());
  const file = fc.tuple(word, word).map(([name, text]) => new File([text], name, { type: 'text/plain' }));
  const whole = fc.tuple(
    ...names.map((name) => fc.constantFrom(...(good[name] ?? [])).map((text): Field => [name, text])),
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...names) },
    fc.constantFrom(...names.map((each) => `${each}[]`), '__proto__', 'constructor'),
    word,
  );
  const more = fc.array(fc.tuple(name, fc.oneof({ weight: 3, arbitrary: word }, file)), { maxLength: 3 });
  return fc.record({
    fields: fc
      .tuple(whole, more, fc.option(fc.nat(names.length)))
      .map(([fields, others, missing]) => [...fields.filter((_, index) => index !== missing), ...others]),
    encoding: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('form', 'multipart') }, fc.constantFrom(...encodings)),
    contentType,
  });
};

async function toBody({ fields, encoding, contentType: type }: Form): Promise<{ type: string; bytes: Buffer }> {
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: fill(fields, encoding) });
  const own = request.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await request.arrayBuffer());
  if (encoding === 'form, another charset') return { type: `${own.split(';')[0]}; charset=utf-16`, bytes };
  if (encoding === 'multipart, another boundary') return { type: `${own}x`, bytes };
  if (encoding === 'multipart, cut') return { type: own, bytes: bytes.subarray(0, -40) };
  return { type: encoding === 'bare' ? type : own, bytes };
}

function fill(fields: readonly Field[], encoding: string): FormData | URLSearchParams {
  const form = encoding.startsWith('multipart') ? new FormData() : new URLSearchParams();
  for (const [name, value] of fields) {
    if (form instanceof URLSearchParams) form.append(name, typeof value === 'string' ? value : value.name);
    else if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

async function toRequest(path: string, form: Form, headers: Record<string, string> = {}) {
  const { type, bytes } = await toBody(form);
  const request = new Request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body: bytes,
  });
  return { request, text: bytes.toString('utf8') };
}

interface Stored {
  readonly rule: string | null;
  readonly patterns: readonly (string | null)[];
  readonly reason: string;
  readonly author: string;
  readonly hours: number;
}

const takeSilences = (): Promise<Stored[]> =>
  db.database.query<Stored & Record<string, unknown>>(sql`
    delete from mps.alert_silence
    returning rule, array[source, pipeline_id, code] as patterns, reason, author,
      extract(epoch from ends_at - created_at)::float8 / 3600 as hours`);

function checkStored({ rule, patterns, reason, author, hours }: Stored): void {
  expect([null, ...alertRules]).toContain(rule);
  expect([1, 4, 8, 24, 72, 168]).toContain(hours);
  for (const [text, most] of [
    [reason, 500],
    [author, 100],
  ] as const) {
    expect(text).toBe(text.trim());
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(most);
  }
  for (const pattern of patterns) expect(pattern).not.toBe('');
}

/** Sent whole and cut off, so that however short a run is, one is stored and one is not. */
const aGoodSilence: Form = {
  fields: Object.entries({ hours: '4', reason: 'a reason', author: 'somebody' }),
  encoding: 'multipart',
  contentType: '',
};

describe('the form of a silence, filled with anything', () => {
  it('stores one that is good, or says what is not and stores nothing', { timeout: toLimitMs(60_000) }, async () => {
    const app = createApp({ writer: db.database });
    const silence = formOf({
      rule: ['', ...alertRules],
      source: ['', 'default'],
      pipeline: ['', 'p*'],
      code: ['', 'ResourceNotFound'],
      hours: ['1', '4', '168'],
      reason: ['a reason'],
      author: ['somebody'],
    });
    const came: Record<number, number> = {};
    await fc.assert(
      fc.asyncProperty(silence, async (form) => {
        const { request } = await toRequest('/alerts/silences', form);
        const { status } = await app.request(request);
        const stored = await takeSilences();
        came[status] = (came[status] ?? 0) + 1;
        expect([303, 400]).toContain(status);
        expect(stored).toHaveLength(status === 303 ? 1 : 0);
        for (const each of stored) checkStored(each);
      }),
      { examples: [[aGoodSilence], [{ ...aGoodSilence, encoding: 'multipart, cut' }]] },
    );
    expect(Object.keys(came)).toEqual(['303', '400']);
  });
});

describe('the form of signing in, filled with anything', () => {
  it('lets in whoever has a token, and nobody else, and repeats no token', { timeout: toLimitMs(60_000) }, async () => {
    // A minute and more between any two, so that nobody has to wait for having been wrong before.
    let at = Date.UTC(2026, 2, 2);
    const app = createApp({ access: 'token', tokens: [token, 'another'], now: () => (at += 61_000) });
    const near = ['typed-by-mistake', ` ${token} `, token, token.slice(1), `${token},another`, token.toUpperCase()];
    await fc.assert(
      fc.asyncProperty(formOf({ token: near, next: ['/', '/jobs?state=Fail', '//evil.example'] }), async (form) => {
        const { request, text } = await toRequest('/sign-in', form);
        const answer = await app.request(request);
        const said = `${[...answer.headers].join('\n')}\n${await answer.text()}`;
        expect([303, 400, 401]).toContain(answer.status);
        expect(answer.headers.has('set-cookie')).toBe(answer.status === 303);
        if (answer.status === 303) expect(text).toContain(token);
        expect(said).not.toContain(token);
        expect(said).not.toContain('typed-by-mistake');
        const location = answer.headers.get('location') ?? '/';
        expect(new URL(location, 'http://127.0.0.1').origin).toBe('http://127.0.0.1');
      }),
    );
  });
});

describe('the cookie of a session', () => {
  it('signs in as it was given, and in no other form', { timeout: toLimitMs(60_000) }, async () => {
    const now = () => Date.UTC(2026, 2, 2);
    const app = createApp({ access: 'token', tokens: [token], now });
    const given = await app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ token }) });
    const [, genuine = ''] = /^mps_session=([^;]+)/.exec(given.headers.get('set-cookie') ?? '') ?? [];
    const ask = (cookie: string) => app.request('/v1/jobs', { headers: { cookie } });
    expect((await ask(`mps_session=${genuine}`)).status).toBe(200);
    const characters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=%+/"');
    const changed = fc
      .record({ place: fc.nat(genuine.length - 1), cut: fc.nat(1), put: fc.oneof(characters, fc.constant('')) })
      .map(({ place, cut, put }) => `${genuine.slice(0, place)}${put}${genuine.slice(place + cut)}`)
      .filter((cookie) => cookie !== genuine);
    const lastChanged = characters.map((last) => `${genuine.slice(0, -1)}${last}`).filter((each) => each !== genuine);
    const longer = fc.nat({ max: 1e12 }).map((end) => genuine.replace(/^\d+/, String(end)));
    const other = fc.oneof(
      changed,
      lastChanged,
      longer.filter((each) => each !== genuine),
      headerWord,
    );
    await fc.assert(
      fc.asyncProperty(
        other,
        fc.constantFrom('mps_session', 'mps_session', 'mps_session', 'other', ''),
        async (value, name) => {
          const answer = await ask(`${name}=${value}`);
          expect(answer.status).toBe(401);
        },
      ),
    );
    const later = createApp({ access: 'token', tokens: [token], now: () => now() + sessionSeconds * 1000 });
    const ended = await later.request('/v1/jobs', { headers: { cookie: `mps_session=${genuine}` } });
    expect(ended.status).toBe(401);
  });
});
