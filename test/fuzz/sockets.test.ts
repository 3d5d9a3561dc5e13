import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomServer } from '../../runtime/index.ts';
import { createMemoryLog } from '../runtime/contexts.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs } from './effort.ts';
import { hostileWord } from './hostile-words.ts';
import { callsOf } from './view-calls.ts';

const { createApp, db } = useView({ emptyBefore: 'all' });
const token = 'the-very-token';
const held = { port: 0, hooks: 0, close: () => {} };

const countHook = () => {
  held.hooks += 1;
};

/** The view in the server that a deployment has (functions/view-server.ts), on a real socket. */
beforeAll(async () => {
  const view = createApp({ access: 'token', tokens: [token], writer: db.database });
  const server = createCustomServer({
    listener: getRequestListener((request) => view.fetch(request)),
    initialize: countHook,
    preStop: countHook,
    log: createMemoryLog('silent').log,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  held.port = (server.address() as AddressInfo).port;
  held.close = () => server.close().closeAllConnections();
});
afterAll(() => held.close());

/** Sends bytes, whatever they are, and reads until the server closes. What may be no whole request is not waited for. */
async function exchange(bytes: Buffer, isWhole = true): Promise<string> {
  const socket = connect(held.port, '127.0.0.1');
  socket.setTimeout(20_000, () => socket.destroy(new Error('no answer, and the connection is left open')));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes);
  // A server of Node's gives up what it has not answered yet once its client has ended.
  const timer = isWhole ? undefined : setTimeout(() => socket.end(), 100);
  await once(socket, 'close');
  clearTimeout(timer);
  return Buffer.concat(chunks).toString('latin1');
}

const toBytes = (lines: readonly string[], body = ''): Buffer =>
  Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
const clean = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');

const headerLine = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'host',
        'Host',
        'content-length',
        'transfer-encoding',
        'expect',
        'upgrade',
        'connection',
        'cookie',
        'x',
      ),
      fc.oneof(
        hostileWord.map(clean),
        fc.constantFrom('chunked', '5', '100-continue', 'websocket', 'keep-alive, close', 'a', '[::1]:x'),
      ),
    )
    .map(([name, text]) => `${name}: ${text}`),
  hostileWord.map(clean),
);
/** Targets as no client builds them, but any may send. */
const target = fc.oneof(
  fc.constantFrom(
    '*',
    '//',
    '//evil.example/jobs',
    'http://evil.example/jobs',
    'http://',
    '/..//..',
    '/%',
    '/\xff',
    'jobs',
    '/jobs?\xe9',
    'a:b',
    '/[',
    '/\\',
  ),
  hostileWord.map((word) => `/${clean(word).replaceAll(' ', '+')}`),
);

describe('the view on a socket', () => {
  it('answers every request with HTTP, and with no failure of its own', { timeout: toLimitMs(60_000) }, async () => {
    const view = createApp({ access: 'token', tokens: [token], writer: db.database });
    const usual = callsOf(view).map((call) => {
      const fields = Object.entries({ host: '127.0.0.1', ...call.headers, authorization: `Bearer ${token}` });
      const lines = fields.map(([name, text]) => `${name}: ${text}`);
      const length = Buffer.byteLength(call.body);
      const first = `${call.method} ${call.target} HTTP/1.1`;
      const bytes = toBytes([first, ...lines, 'connection: close', `content-length: ${length}`], call.body);
      return { bytes, isWhole: true };
    });
    const odd = fc
      .record({
        method: fc.constantFrom('GET', 'POST', 'HEAD', 'TRACE', 'CONNECT', 'OPTIONS', 'FOO', 'get'),
        target,
        version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/0.9', 'HTTP/2.0'),
        lines: fc.array(headerLine, { maxLength: 3 }),
        body: fc.oneof(fc.constant(''), hostileWord, fc.constantFrom('5\r\nhello\r\n0\r\n\r\n', 'zz\r\n')),
      })
      .map(({ method, target: path, version, lines, body }) => {
        const all = [`${method} ${path} ${version}`, ...lines, `authorization: Bearer ${token}`, 'connection: close'];
        return { bytes: toBytes(all, body), isWhole: false };
      });
    const answered: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(fc.oneof(usual, odd), async ({ bytes, isWhole }) => {
        const [, status = 'none'] = /^HTTP\/1\.1 (\d{3}) /.exec(await exchange(bytes, isWhole)) ?? [];
        answered[status] = (answered[status] ?? 0) + 1;
        expect(status).toMatch(isWhole ? /^[1-4]\d\d$/ : /^([1-4]\d\d|none)$/);
      }),
    );
    expect(Object.keys(answered)).toEqual(expect.arrayContaining(['200', '400']));
    expect(await exchange(toBytes(['GET /livez HTTP/1.1', 'host: a', 'connection: close']))).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

describe('the call of a platform', () => {
  it('is one by its very words alone, wherever it is sent to', { timeout: toLimitMs(60_000) }, async () => {
    const words = fc.oneof(
      fc.constantFrom(
        '/initialize',
        '/pre-stop',
        '/invoke',
        '/Initialize',
        '/initialize/',
        '/initialize, /initialize',
        '//initialize',
      ),
      hostileWord.map((word) => clean(word).trim()),
    );
    const name = fc.constantFrom('x-fc-control-path', 'X-Fc-Control-Path', 'x-fc-control-paths');
    await fc.assert(
      fc.asyncProperty(name, words, fc.constantFrom('GET', 'POST'), async (header, word, method) => {
        const before = held.hooks;
        const lines = [
          `${method} /nowhere HTTP/1.1`,
          'host: a',
          `${header}: ${word}`,
          'content-length: 0',
          'connection: close',
        ];
        const answer = await exchange(toBytes(lines));
        const isCall = header.toLowerCase() === 'x-fc-control-path';
        const isHook = isCall && ['/initialize', '/pre-stop'].includes(word);
        expect(held.hooks - before).toBe(isHook ? 1 : 0);
        expect(/^x-fc-status: (\d+)/im.exec(answer)?.[1]).toBe(
          isHook ? '200' : isCall && word === '/invoke' ? '404' : undefined,
        );
        if (!isHook && !(isCall && word === '/invoke')) expect(answer).toMatch(/^HTTP\/1\.1 (401|431) /);
      }),
    );
  });
});
