import fc from 'fast-check';
import type { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, errorCodes } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { createClosedView } from '#view/closed-view.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs } from './effort.ts';
import { headerWord, hostileWord } from './hostile-words.ts';
import { type Call, callsOf, toPath, toRequest, toRoutes } from './view-calls.ts';

const { createApp, startWriter, db } = useView({ emptyBefore: 'all' });
const replicaKey = { id: 'replica', secret: 'a secret of the replica' };
const token = 'the very token';

beforeAll(async () => {
  const writer = await startWriter();
  await writer.write(
    ...['Success', 'Fail', 'Submitted'].map((State, index) => makeRecord({ Id: `id${index}`, State })),
  );
});

const createWhole = (options = {}) => createApp({ writer: db.database, replicaKey, ...options });
const createGuarded = () => createWhole({ access: 'token', tokens: [token, 'another'] });

async function signIn(app: Hono): Promise<string> {
  const answer = await app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ token }) });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Whatever the answer is: no failure of ours, and with the headers that keep a browser safe. */
function checkAnswer({ status, headers }: Response): void {
  expect(status).toBeLessThan(500);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
}

const withHeaders = (call: Call, headers: Readonly<Record<string, string>>): Call => ({
  ...call,
  headers: { ...call.headers, ...headers },
});

const open = () => createWhole();
const kinds: [string, () => Hono, (app: Hono) => Promise<Record<string, string>>][] = [
  ['on its own machine', open, async () => ({})],
  ['with a token', createGuarded, async () => ({ authorization: `Bearer ${token}` })],
  ['signed in', createGuarded, async (app) => ({ cookie: await signIn(app) })],
];

describe.each(kinds)('every route, asked anything by somebody %s', (_, create, prove) => {
  it('is reached by its own path', async () => {
    const app = create();
    const headers = await prove(app);
    for (const { method, path } of toRoutes(app)) {
      const answer = await app.request(toRequest({ method, target: toPath(path, '1'), headers, body: '' }));
      if (path !== '/sign-in') expect(answer.status, `${method} ${path}`).not.toBe(401);
      expect(await answer.text(), `${method} ${path}`).not.toContain('There is nothing at this address');
    }
  });

  it('answers without a 5xx and with the headers that keep a browser safe', {
    timeout: toLimitMs(60_000),
  }, async () => {
    const app = create();
    const headers = await prove(app);
    await fc.assert(
      fc.asyncProperty(callsOf(app), async (call) => {
        const answer = await app.request(toRequest(withHeaders(call, headers)));
        const text = await answer.text();
        checkAnswer(answer);
        expect(text).not.toContain(token);
        if (!('x-acs-action' in call.headers) && !/^\/sign-in\b/.test(call.target)) expect(answer.status).not.toBe(401);
      }),
    );
  });
});

/** What looks like a token that opens the view, and is none. */
const nearMiss = fc.oneof(
  fc.constantFrom(
    ...['the very toke', 'the very token2', 'THE VERY TOKEN', `${token},another`, 'the  very token'],
    ...['"the very token"', `Bearer Bearer ${token}`, `=${token}`, 'anothe', 'undefined', ''],
  ),
  headerWord.filter((word) => ![token, 'another'].includes(word)),
);
const pretence = fc.oneof(
  fc
    .tuple(fc.constantFrom('Bearer', 'bearer', 'Basic', 'Token', ''), nearMiss)
    .map((words) => ({ authorization: words.join(' ').trim() })),
  nearMiss.map((word) => ({ cookie: `mps_session=${word}` })),
  fc.constant({ authorization: `Basic ${token}` }),
  fc.constant({ 'x-authorization': `Bearer ${token}` }),
  fc.constant({}),
);

describe('somebody without the token', () => {
  it('is shown nothing of a job', { timeout: toLimitMs(60_000) }, async () => {
    const app = createGuarded();
    await fc.assert(
      fc.asyncProperty(callsOf(app), pretence, async (call, headers) => {
        const answer = await app.request(toRequest(withHeaders(call, headers)));
        checkAnswer(answer);
        const text = await answer.text();
        expect(text).not.toMatch(/id[012]\b.*(Success|Fail|Submitted)/s);
        if (/^\/(v1|jobs|metrics|alerts|runs|failures)/.test(call.target))
          expect([400, 401, 403, 404, 405, 413, 429]).toContain(answer.status);
      }),
    );
  });
});

describe('a view that cannot be opened', () => {
  const reason = fc.oneof(
    fc
      .record({ code: fc.constantFrom(...(Object.keys(errorCodes) as ErrorCode[])), message: hostileWord })
      .map(({ code, message }) => new AppError(code, message)),
    hostileWord.map((message) => new Error(message)),
    hostileWord,
  );
  it('says why to whatever is asked, and is alive', { timeout: toLimitMs(60_000) }, async () => {
    const whole = createWhole();
    await fc.assert(
      fc.asyncProperty(callsOf(whole), reason, async (call, given) => {
        const app = createClosedView(given, silentLog);
        const answer = await app.request(toRequest(call));
        checkAnswer(new Response(null, { headers: answer.headers }));
        const isProbe = /^\/livez(\?|$)/.test(call.target) && ['GET', 'HEAD'].includes(call.method);
        expect(answer.status === 200).toBe(isProbe);
        if (!isProbe) expect(answer.status).toBeGreaterThanOrEqual(400);
      }),
    );
  });
});
