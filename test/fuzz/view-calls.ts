import fc from 'fast-check';
import type { Hono } from 'hono';
import { apiRoutes } from '#view/api/index.ts';
import { headerWord, hostileWord } from './hostile-words.ts';

/** A request of the view as values. */
export interface Call {
  readonly method: string;
  /** With what comes behind the path, as it is sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A parameter of a route's path with its pattern, which may have braces of its own. */
const parameter = /:\w+(\{(?:[^{}]|\{[^}]*\})*\})?/g;

export const toPath = (route: string, word: string): string => route.replace(parameter, () => word).replace(/\*/g, 'x');

/** The routes that an app has, by method and path, but for what runs before all of them. */
export const toRoutes = (app: Hono): { method: string; path: string }[] =>
  app.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/*');

/** What no encoder would write. */
const malformed = fc.constantFrom(
  '%',
  '%2',
  '%zz',
  '%E0%A4%A',
  '%ff%fe',
  '%00',
  '%c0%ae',
  '+',
  '&',
  '=',
  ';',
  '%2e%2e%2f',
);
const encoded = hostileWord.map((word) => encodeURIComponent(word.toWellFormed()));
const sensible = fc.constantFrom(
  ...[
    'Fail',
    'default',
    'id0',
    'id0,id1',
    '10',
    '1000',
    'csv',
    'ndjson',
    'raw',
    '24h',
    '7d',
    '90d',
    'failed',
    'job-failed',
    'code',
  ],
  ...[
    '2026-01-01T00:00:00Z',
    '2099-12-31T23%3A59%3A59%2B08%3A00',
    'uploads/*',
    '*',
    '/jobs',
    '//evil.example',
    'QuerySnapshotJobList',
  ],
);
const value = fc.oneof(encoded, malformed, { weight: 3, arbitrary: sensible });

const names = [
  ...new Set(apiRoutes.flatMap(({ query }) => Object.keys(query))),
  ...[
    'range',
    'rule',
    'pipeline',
    'outcome',
    'next',
    'Action',
    'State',
    'SnapshotJobIds',
    'Signature',
    '__proto__',
    'constructor',
  ],
];
const name = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...names) }, encoded);
/** With repeated names, missing `=` and what cannot be decoded. */
const query = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.tuple(name, value).map((pair) => pair.join('=')) }, value), {
    maxLength: 4,
  })
  .map((parts) => (parts.length > 0 ? `?${parts.join('&')}` : ''));
/** Most refuse a parameter that they do not know: what asks for none gets further. */
const search = fc.oneof(query, fc.constant(''));

const signature = fc.constantFrom(
  'ACS3-HMAC-SHA256 Credential=replica,SignedHeaders=host;x-acs-date,Signature=00',
  'ACS3-HMAC-SHA256 Credential=,SignedHeaders=,Signature=',
  'ACS3-HMAC-SHA256 Signature',
  'Bearer ',
  'acs replica:AAAA',
);
const headerNames = [
  ...[
    'authorization',
    'cookie',
    'content-type',
    'origin',
    'accept',
    'accept-encoding',
    'if-none-match',
    'range',
    'x-forwarded-for',
  ],
  ...[
    'sec-fetch-site',
    'x-acs-action',
    'x-acs-signature-nonce',
    'x-acs-date',
    'x-acs-content-sha256',
    'x-forwarded-proto',
  ],
];
const headerValue = fc.oneof({ weight: 3, arbitrary: headerWord }, signature);
const odd = fc.dictionary(fc.constantFrom(...headerNames), headerValue, { maxKeys: 4 });
const sent = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({ 'sec-fetch-site': fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none') }),
  fc.record({ 'content-type': fc.constantFrom('application/x-www-form-urlencoded', 'application/json') }),
  fc.record({ 'if-none-match': fc.constantFrom('*', 'W/""', '"a", W/"b"') }),
);
/** A view that is open to its own machine looks no further at whoever calls it by another name: one in thirty does. */
const host = fc.oneof(
  { weight: 29, arbitrary: fc.constant({}) },
  headerWord.map((word) => ({ host: word })),
);
const headers = fc.tuple(odd, sent, host).map((all): Record<string, string> => Object.assign({}, ...all));

const body = fc.oneof(
  hostileWord,
  fc
    .array(
      fc.tuple(name, value).map((pair) => pair.join('=')),
      { maxLength: 4 },
    )
    .map((pairs) => pairs.join('&')),
);
const word = fc.oneof(
  { weight: 2, arbitrary: encoded },
  malformed,
  fc.constantFrom('id0', 'id1', '1', '999999999999999', '9007199254740993'),
);

/** Each route of an app by its own method, or by another; and some that it has not. */
export function callsOf(app: Hono): fc.Arbitrary<Call> {
  const routes = [...toRoutes(app), { method: 'GET', path: '/nowhere' }, { method: 'POST', path: '/' }];
  const others = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
  return fc
    .record({
      route: fc.constantFrom(...routes),
      other: fc.option(fc.constantFrom(...others), { freq: 2 }),
      word: word.filter((each) => each !== ''),
      query: search,
      headers,
      body,
    })
    .map(({ route, other, ...given }) => ({
      method: other ?? route.method,
      target: `${toPath(route.path, given.word)}${given.query}`.replaceAll('#', ''),
      headers: given.headers,
      body: given.body,
    }));
}

export const toRequest = ({ method, target, headers: given, body: text }: Call): Request =>
  new Request(`http://127.0.0.1${target}`, {
    method,
    headers: given,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: text }),
  });
