import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomServer } from '../../runtime/index.ts';
import { createMemoryLog } from '../runtime/contexts.ts';
import { useView } from '../view/use-view.ts';
import { toLimitMs } from './effort.ts';
import { hostileWord } from './hostile-words.ts';
import { clean, exchange, noHttp, oddRequest, toBytes } from './socket-requests.ts';
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
    const odd = oddRequest([`authorization: Bearer ${token}`]);
    const alive = { bytes: toBytes(['GET /livez HTTP/1.1', 'host: a', 'connection: close']), isWhole: true };
    const answered = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(usual, odd), async ({ bytes, isWhole }) => {
        const [, status = 'none'] = /^HTTP\/1\.1 (\d{3}) /.exec(await exchange(held.port, bytes, isWhole)) ?? [];
        answered.add(status);
        expect(status).toMatch(isWhole ? /^[1-4]\d\d$/ : /^([1-4]\d\d|none)$/);
      }),
      { examples: [[alive], [noHttp]] },
    );
    expect([...answered]).toEqual(expect.arrayContaining(['200', '400']));
    expect(await exchange(held.port, alive.bytes)).toMatch(/^HTTP\/1\.1 200 /);
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
        const answer = await exchange(held.port, toBytes(lines));
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
