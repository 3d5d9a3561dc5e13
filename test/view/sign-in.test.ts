import { describe, expect, it } from 'vitest';
import { sessionSeconds } from '#view/session.ts';
import { useView } from './use-view.ts';

const { createApp } = useView();
let at = Date.parse('2026-03-01T00:00:00Z');
const options = { access: 'token', tokens: ['first-token', 'second-token'], now: () => at } as const;
const html = { accept: 'text/html' };

const post = (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  app = createApp(options),
) => app.request(path, { method: 'POST', headers: { ...html, ...headers }, body: new URLSearchParams(fields) });

async function signIn(token: string): Promise<string> {
  const answer = await post('/sign-in', { token });
  expect(answer.status).toBe(303);
  return answer.headers.get('set-cookie') ?? '';
}

const toCookie = (setCookie: string): string => setCookie.split(';')[0] ?? '';

describe('signing in', () => {
  it('shows the way in to a browser, whatever page it asked for, and goes on there', async () => {
    const answer = await createApp(options).request('/jobs?state=Fail', { headers: html });
    expect(answer.status).toBe(401);
    const page = await answer.text();
    expect(page).toMatch(/<form[^>]* method="post" action="\/sign-in">/);
    expect(page).toContain('name="next" value="/jobs?state=Fail"');
    const done = await post('/sign-in', { token: 'first-token', next: '/jobs?state=Fail' });
    expect(done.headers.get('location')).toBe('/jobs?state=Fail');
  });

  it('gives a cookie that no script reads, no other site sends and no plain connection carries', async () => {
    expect(await signIn('first-token')).toMatch(
      /^mps_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const answer = await createApp(options).request('https://view.example/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ token: 'first-token' }),
    });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
  });

  it('opens pages and API until it ends, or its token is withdrawn', async () => {
    const cookie = toCookie(await signIn('second-token'));
    const ask = async (tokens: readonly string[] = options.tokens) =>
      (await createApp({ ...options, tokens }).request('/v1/jobs', { headers: { cookie } })).status;
    expect(await ask()).toBe(200);
    expect(await ask(['second-token'])).toBe(200);
    expect(await ask(['first-token'])).toBe(401);
    at += (sessionSeconds + 1) * 1000;
    expect(await ask()).toBe(401);
    at -= (sessionSeconds + 1) * 1000;
  });

  it('is not fooled by a cookie that was changed', async () => {
    const cookie = toCookie(await signIn('first-token'));
    const [, end = '', rest = ''] = /^mps_session=(\d+)(.*)$/.exec(cookie) ?? [];
    const forged = [
      `mps_session=${Number(end) + 1}${rest}`,
      `${cookie.slice(0, -2)}AA`,
      'mps_session=',
      'mps_session=1.2.3',
      cookie.replace('mps_session', 'other'),
    ];
    for (const each of forged) {
      expect((await createApp(options).request('/v1/jobs', { headers: { cookie: each } })).status).toBe(401);
    }
  });

  it('takes one form of a signature, though base64 has four of each', async () => {
    const cookie = toCookie(await signIn('first-token'));
    const last = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const app = createApp(options);
    const asked = last.map((each) => app.request('/v1/jobs', { headers: { cookie: `${cookie.slice(0, -1)}${each}` } }));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses a form that cannot be read', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      const headers = { 'content-type': type, accept: 'application/json' };
      const answer = await createApp(options).request('/sign-in', {
        method: 'POST',
        headers,
        body: 'token=first-token',
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'parameter_invalid' });
    }
  });

  it('says no to a wrong token, and to an empty one', async () => {
    for (const token of ['wrong', '', 'first-token,second-token']) {
      const answer = await post('/sign-in', { token });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await answer.text()).toContain('That is none of this view&#39;s tokens.');
    }
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    '/sign-in',
    '\t//evil.example',
  ])('goes nowhere else: %j', async (next) => {
    const location = (await post('/sign-in', { token: 'first-token', next })).headers.get('location') ?? '';
    expect(new URL(location, 'https://view.example').href).toBe('https://view.example/');
  });

  it('ends with signing out', async () => {
    const cookie = toCookie(await signIn('first-token'));
    const answer = await post('/sign-out', {}, { cookie });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(/^mps_session=; Max-Age=0;/);
    expect(
      (await createApp(options).request('/', { headers: { ...html, cookie } })).headers.get('content-type'),
    ).toContain('html');
    expect((await post('/sign-out', {})).status).toBe(401);
  });

  it('is not there where nobody has to', async () => {
    expect((await createApp().request('/sign-in')).status).toBe(404);
    expect(await (await createApp().request('/')).text()).not.toContain('Sign out');
  });
});

describe('a post from another website', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example', host: 'view.example' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 303],
    [{ origin: 'https://view.example', host: 'view.example' }, 303],
  ])('%j is answered %i', async (headers, status) => {
    expect((await post('/sign-in', { token: 'first-token' }, headers)).status).toBe(status);
    const cookie = toCookie(await signIn('first-token'));
    expect((await post('/sign-out', {}, { ...headers, cookie })).status).toBe(status);
  });
});

describe('a link from another website', () => {
  it('is followed once more from here, because its first request came without the cookie', async () => {
    const answer = await createApp(options).request('/jobs/a%20b?x=1', {
      headers: { ...html, 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('<meta http-equiv="refresh" content="0;url=/jobs/a%20b?x=1"/>');
  });
});

describe('wrong tokens', () => {
  it('make their sender wait, and nobody who has a good one', async () => {
    const app = createApp(options);
    const bearer = (token: string, client: string) =>
      app.request('/v1/jobs', {
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': `1.2.3.4, ${client}` },
      });
    for (let time = 0; time < 5; time += 1) expect((await bearer('wrong', 'a')).status).toBe(401);
    for (let time = 0; time < 5; time += 1)
      expect((await post('/sign-in', { token: 'x' }, { 'x-forwarded-for': 'a' }, app)).status).toBe(401);
    const refused = await bearer('wrong', 'a');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await refused.json()).toMatchObject({ code: 'too_many_failures' });
    const page = await post('/sign-in', { token: 'first-token' }, { 'x-forwarded-for': 'a' }, app);
    expect(page.status).toBe(429);
    expect(await page.text()).toContain('Too many wrong tokens');
    for (const client of ['a', 'b']) expect((await bearer('first-token', client)).status).toBe(200);
    expect((await bearer('wrong', 'b')).status).toBe(401);
    at += 60_000;
    expect((await bearer('wrong', 'a')).status).toBe(401);
  });
});
