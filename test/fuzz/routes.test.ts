import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs } from './effort.ts';
import { headerWord, hostileWord } from './hostile-words.ts';

const { createApp, startWriter, db } = useView({ emptyBefore: 'all' });
const replicaKey = { id: 'replica', secret: 'a secret of the replica' };

beforeAll(async () => {
  const writer = await startWriter();
  await writer.write(
    ...['Success', 'Fail', 'Submitted'].map((State, index) => makeRecord({ Id: `id${index}`, State })),
  );
});

const createWhole = (options = {}) => createApp({ writer: db.database, replicaKey, ...options });
type App = ReturnType<typeof createWhole>;

const toPath = (path: string, word: string) =>
  path.replace(/:\w+(\{[^}]*\})?/g, () => encodeURIComponent(word.toWellFormed())).replace(/\*/g, 'x');

const names = ['state', 'limit', 'cursor', 'q', 'created_from', 'source', 'id', 'include', 'format', 'Action', 'next'];
const headers = [
  'authorization',
  'cookie',
  'content-type',
  'origin',
  'host',
  'accept',
  'if-none-match',
  'range',
  'x-acs-action',
  'x-acs-signature-nonce',
  'x-acs-date',
  'x-acs-content-sha256',
];
const pairs = (of: readonly string[], value: fc.Arbitrary<string>) =>
  fc.dictionary(fc.constantFrom(...of), value, { maxKeys: 4 });
const signature = fc.constantFrom(
  'ACS3-HMAC-SHA256 Credential=replica,SignedHeaders=host;x-acs-date,Signature=00',
  'ACS3-HMAC-SHA256 Credential=,SignedHeaders=,Signature=',
  'ACS3-HMAC-SHA256 Signature',
  'Bearer ',
  'acs replica:AAAA',
);

/** Each route that the app has, with every method, and one it has not. */
const callOf = (app: App) =>
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
    path: fc.constantFrom('/nowhere', ...new Set(app.routes.map(({ path }) => path))),
    word: fc.oneof(hostileWord, fc.constantFrom('id0', 'id1')).filter((word) => word !== ''),
    query: pairs(names, hostileWord),
    headers: pairs(headers, fc.oneof({ weight: 3, arbitrary: headerWord }, signature)),
    body: fc.oneof(
      hostileWord,
      pairs(names, hostileWord).map((fields) => new URLSearchParams(fields).toString()),
    ),
  });

type Call = ReturnType<typeof callOf> extends fc.Arbitrary<infer Value> ? Value : never;

function toRequest({ method, path, word, query, headers: given, body }: Call): Request {
  const url = new URL(`http://127.0.0.1${toPath(path, word)}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value.toWellFormed());
  return new Request(url, { method, headers: given, ...(method === 'GET' || method === 'HEAD' ? {} : { body }) });
}

describe('every route, asked anything', () => {
  it('answers without a 5xx and with the headers that keep a browser safe', {
    timeout: toLimitMs(60_000),
  }, async () => {
    const app = createWhole();
    await fc.assert(
      fc.asyncProperty(callOf(app), async (asked) => {
        const answer = await app.request(toRequest(asked));
        await answer.arrayBuffer();
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      }),
    );
  });

  it('shows nothing of a job to somebody without the token', { timeout: toLimitMs(60_000) }, async () => {
    const app = createWhole({ access: 'token', tokens: ['the very token'] });
    await fc.assert(
      fc.asyncProperty(callOf(app), async (asked) => {
        const answer = await app.request(toRequest(asked));
        expect(answer.status).toBeLessThan(500);
        expect(await answer.text()).not.toMatch(/id[012]\b.*(Success|Fail|Submitted)/s);
      }),
    );
  });
});
