import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { checkUrl, createGuardedLookup, GuardError, type Resolve } from '#alerts/guard.ts';
import { hideSecrets, toSecrets } from '#alerts/hide-secrets.ts';
import { isPublicAddress } from '#alerts/public-address.ts';
import { silentLog } from '#core/log.ts';
import type { Database } from '#db/client.ts';
import { createView } from '#view/app.ts';
import { requireSameOrigin } from '#view/same-origin.ts';
import { toLimitMs } from './effort.ts';
import { headerWord, hostileWord } from './hostile-words.ts';

/** Node's own reading of addresses, with what no request of ours may reach. */
const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, bits, 'ipv6');
const isInside = (address: string) => inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const v4 = fc.oneof(
  fc.ipV4(),
  fc
    .tuple(fc.constantFrom('10', '127', '100.64', '169.254', '172.16', '192.168'), fc.ipV4())
    .map(([start, rest]) => [...start.split('.'), ...rest.split('.')].slice(0, 4).join('.')),
);
const mapped = v4.map((address) => `::ffff:${address}`);
const spelled = v4
  .map((address) => {
    const bytes = address.split('.').map(Number);
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return [
      `${number}`,
      `0x${number.toString(16)}`,
      bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
      `${bytes[0]}.${number % 2 ** 24}`,
      `${address}.`,
    ];
  })
  .chain((forms) => fc.constantFrom(...forms));
const host = fc.oneof(
  v4,
  spelled,
  fc.oneof(fc.ipV6(), mapped).map((address) => `[${address}]`),
  hostileWord,
  fc.constantFrom('localhost', '①②⑦.0.0.1', '127。0。0。1', 'a@127.0.0.1'),
);

describe('an address', () => {
  it('that is taken for public is one, in no private range by another reading', () => {
    fc.assert(
      fc.property(fc.oneof(v4, fc.ipV6(), mapped, spelled, hostileWord), (text) => {
        const address = text.replace(/^::ffff:(?=\d+\.)/, '');
        if (isPublicAddress(text)) expect(isIP(address) === 0 || isInside(address)).toBe(false);
      }),
    );
  });
});

describe('the guard of requests that alerts send', () => {
  it('lets through no spelling of a private address', () => {
    fc.assert(
      fc.property(host, fc.constantFrom('http', 'https', 'ftp', 'file'), (name, scheme) => {
        const text = `${scheme}://${name}/path`;
        if (!URL.canParse(text)) return;
        const url = new URL(text);
        const literal = url.hostname.replace(/^\[|\]$/g, '');
        try {
          checkUrl(url, ['allowed.example']);
        } catch (error) {
          expect(error).toBeInstanceOf(GuardError);
          return;
        }
        expect(url.protocol).toMatch(/^https?:$/);
        if (isIP(literal)) expect(isPublicAddress(literal)).toBe(true);
      }),
    );
  });

  it('connects to nothing that a name service says, unless all of it is public', async () => {
    const answers = fc.array(fc.oneof(v4, fc.ipV6(), mapped, hostileWord), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(answers, fc.boolean(), async (addresses, all) => {
        const resolve = ((_name: string, _options: object, done: (...answer: unknown[]) => void) =>
          done(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )) as unknown as Resolve;
        const [error, given] = await new Promise<unknown[]>((done) =>
          createGuardedLookup([], resolve)('host.example', { all }, (...answer) => done(answer)),
        );
        const isGood = addresses.length > 0 && addresses.every(isPublicAddress);
        expect(error === null).toBe(isGood);
        if (isGood)
          expect(given).toEqual(all ? addresses.map((address) => ({ address, family: isIP(address) })) : addresses[0]);
      }),
    );
  });
});

describe('the secrets of a request', () => {
  it('are gone from any text that repeats them', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 30 })
      .filter((text) => !'[hidden]'.includes(text) && text.trim() !== '');
    const around = fc.string({ maxLength: 10 });
    fc.assert(
      fc.property(secret, secret, around, (inPath, given, word) => {
        const url = `https://h.example/robot/${encodeURIComponent(inPath)}?access_token=${encodeURIComponent(inPath)}`;
        const secrets = toSecrets(url, [given, undefined]);
        const said = hideSecrets(`${word}${url}${word} ${given} ${JSON.stringify({ url })} ${inPath}`, secrets);
        for (const each of [given, encodeURIComponent(inPath)]) expect(said).not.toContain(each);
      }),
    );
  });

  it('are found in any address, or none are', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.array(hostileWord), (url, more) => {
        for (const secret of toSecrets(url, more)) expect(secret.length).toBeGreaterThanOrEqual(6);
      }),
    );
  });
});

describe('a form from elsewhere', () => {
  const app = new Hono().post('/', requireSameOrigin, (request) => request.text('taken'));
  app.onError((_, request) => request.text('refused', 403));
  const origin = fc.oneof(
    fc.constantFrom(
      'http://127.0.0.1',
      'https://127.0.0.1',
      'http://127.0.0.1:80',
      'http://127.0.0.1:81',
      'null',
      'http://evil.example',
      'http://127.0.0.1.evil.example',
      'http://evil.example#127.0.0.1',
      'http://a@127.0.0.1',
      '127.0.0.1',
      'file://',
      'http://127.0.0.1/',
    ),
    headerWord,
  );
  const site = fc.oneof(
    fc.constantFrom('same-origin', 'none', 'same-site', 'cross-site', 'Same-Origin', ''),
    headerWord,
  );
  it('is taken only where the browser says that it is from here, or says nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(origin, { nil: undefined }),
        fc.option(site, { nil: undefined }),
        async (from, fetchSite) => {
          const headers = {
            host: '127.0.0.1',
            ...(from === undefined ? {} : { origin: from }),
            ...(fetchSite === undefined ? {} : { 'sec-fetch-site': fetchSite }),
          };
          const { status } = await app.request('/', { method: 'POST', headers });
          if (fetchSite) expect(status === 200).toBe(['same-origin', 'none'].includes(fetchSite));
          else if (status === 200 && from !== undefined && from !== 'null')
            expect(new URL(from).hostname).toBe('127.0.0.1');
        },
      ),
    );
  });
});

describe('the place to go on to after signing in', () => {
  it('is one of this view, whatever the address asked for', { timeout: toLimitMs(60_000) }, async () => {
    const app = createView({ database: {} as Database, tokens: ['the-very-token'], access: 'token', log: silentLog });
    const signedIn = await app.request('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ token: 'the-very-token' }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      'evil.example',
      '@',
      ':',
      'http:',
      'https://',
      '.',
      '..',
      '\t',
      '\n',
      ' ',
      '%2f',
      '%5c',
      '?',
      '#',
      '/sign-in',
      '/jobs',
      'javascript:alert(1)',
      '。',
      '／',
    );
    const next = fc.oneof(
      { weight: 4, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
      hostileWord,
    );
    await fc.assert(
      fc.asyncProperty(next, async (text) => {
        const answer = await app.request(`/sign-in?next=${encodeURIComponent(text.toWellFormed())}`, {
          headers: { cookie },
        });
        const location = answer.headers.get('location') ?? '';
        expect(answer.status).toBe(303);
        expect(location).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
        const url = new URL(location, 'http://127.0.0.1/sign-in');
        expect(url.origin).toBe('http://127.0.0.1');
        expect(url.pathname).not.toBe('/sign-in');
      }),
    );
  });
});
