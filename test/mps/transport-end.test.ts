import { getEventListeners, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connect, serve, serveNoHandshake, serveRaw, watchRejections } from './servers.ts';

const path = '/?NextPageToken=secret-token';
const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const quiet = () => {};

/** Servers that keep a call waiting in each of the places where it can wait. */
const waits: [where: string, start: () => Promise<string>][] = [
  ['it connects', serveNoHandshake],
  ['the headers are due', () => serveRaw(quiet)],
  [
    'the body is due',
    () => serveRaw((socket) => socket.once('data', () => socket.write(`${head}content-length: 9\r\n\r\n{`))),
  ],
];

const failures: [what: string, onSocket: (socket: Socket) => void][] = [
  ['closes without an answer', (socket) => socket.once('data', () => socket.end())],
  ['resets without an answer', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['resets before it is asked', (socket) => socket.resetAndDestroy()],
  ['closes amid the headers', (socket) => socket.once('data', () => socket.end(head))],
  ['closes amid the body', (socket) => socket.once('data', () => socket.end(`${head}content-length: 9\r\n\r\n{`))],
  ['talks something else than HTTP', (socket) => socket.once('data', () => socket.end('530 busy\r\n'))],
];

describe('the time of a call', () => {
  it.each(waits)('ends also while %s', async (_, start) => {
    const origin = await start();
    const unhandled = watchRejections();
    const started = performance.now();
    const failure = await connect(origin, 200)
      .send({ path, headers: {} })
      .catch((error) => error);
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(failure).toMatchObject({ code: 'mps_unavailable', message: expect.stringContaining('within 200 ms') });
    expect(await unhandled()).toEqual([]);
  });

  it('ends also while it waits for one of the few connections', async () => {
    const transport = connect(await serveNoHandshake(), 200, { connections: 1 });
    const started = performance.now();
    const sent = Array.from({ length: 4 }, () => transport.send({ path, headers: {} }));
    const codes = (await Promise.allSettled(sent)).map((result) => result.status === 'rejected' && result.reason.code);
    expect(codes).toEqual(Array(4).fill('mps_unavailable'));
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('leaves the next call its own', async () => {
    let calls = 0;
    const { origin } = await serve((_, response) => {
      calls += 1;
      if (calls > 1) response.end('{}');
    });
    const transport = connect(origin, 300);
    await expect(transport.send({ path, headers: {} })).rejects.toThrow('within 300 ms');
    expect((await transport.send({ path, headers: {} })).text).toBe('{}');
  });
});

describe('a call that is called off', () => {
  it.each(waits)('while %s ends at once and with the very reason', async (_, start) => {
    const unhandled = watchRejections();
    const controller = new AbortController();
    const sent = connect(await start(), 60_000).send({ path, headers: {}, signal: controller.signal });
    const reason = new Error('the run is over');
    const started = performance.now();
    setTimeout(() => controller.abort(reason), 50);
    await expect(sent).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(await unhandled()).toEqual([]);
  });

  it('before it began never reaches the server', async () => {
    const { origin, sockets } = await serve((_, response) => void response.end('{}'));
    const reason = new Error('the run is over');
    const sent = connect(origin).send({ path, headers: {}, signal: AbortSignal.abort(reason) });
    await expect(sent).rejects.toBe(reason);
    expect(sockets()).toBe(0);
  });

  it('leaves no listener behind, nor does any other', async () => {
    const { origin } = await serve(({ url }, response) => void (url === '/' ? response.destroy() : response.end('{}')));
    const transport = connect(origin);
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const paths = Array.from({ length: 40 }, (_, index) => (index % 2 ? '/' : path));
    const sent = paths.map((each) => transport.send({ path: each, headers: {}, signal }));
    const results = await Promise.allSettled(sent);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a server that', () => {
  it.each(failures)('%s is unavailable, and the error does not tell the page token', async (_, onSocket) => {
    const origin = await serveRaw(onSocket);
    const failure = await connect(origin, 5_000)
      .send({ path, headers: { 'x-acs-security-token': 'secret-token' } })
      .catch((error) => error);
    expect(failure).toMatchObject({ name: 'AppError', code: 'mps_unavailable', retryable: true });
    expect(failure.message).toMatch(new RegExp(`^no answer from MPS at ${origin}: [A-Z_]+$`));
    expect(inspect(failure, { depth: 1 })).not.toContain('secret-token');
  });

  it('cuts a character in two has it read whole', async () => {
    const text = Buffer.from('{"Object":"视频.mp4"}');
    const { origin } = await serve((_, response) => {
      response.write(text.subarray(0, 12));
      setTimeout(() => response.end(text.subarray(12)), 30);
    });
    expect((await connect(origin, 5_000).send({ path, headers: {} })).text).toBe(text.toString());
  });

  it('compresses unasked is not understood, but does no harm', async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
    });
    const answer = await connect(origin, 5_000).send({ path, headers: {} });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.text).not.toBe('{}');
  });
});

describe('the connections', () => {
  it('are as many as were allowed, however many calls there are', async () => {
    const { origin, sockets } = await serve((_, response) => void setTimeout(() => response.end('{}'), 5));
    const transport = connect(origin, 10_000, { connections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => transport.send({ path, headers: {} })));
    expect(sockets()).toBe(3);
  });

  it('are all closed in the end, and the calls on them fail', async () => {
    const { origin, open } = await serve(({ url }, response) => void (url === '/' || response.end('{}')));
    const transport = connect(origin, 60_000);
    await Promise.all(Array.from({ length: 5 }, () => transport.send({ path, headers: {} })));
    const hanging = expect(transport.send({ path: '/', headers: {} })).rejects.toMatchObject({
      code: 'mps_unavailable',
    });
    expect(open()).toBeGreaterThan(0);
    await transport.close();
    await hanging;
    await expect.poll(open).toBe(0);
    await expect(transport.send({ path, headers: {} })).rejects.toMatchObject({ code: 'mps_unavailable' });
  });
});
