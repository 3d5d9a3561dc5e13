import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect, serve, serveRaw } from './servers.ts';

const path = '/?NextPageToken=secret-token';
const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('the transport', () => {
  it('posts the path with the headers given and reads the whole answer', async () => {
    const { origin } = await serve((request, response) => {
      response.setHeader('x-seen', `${request.method} ${request.url} ${request.headers.a}`);
      response.end('x'.repeat(500_000));
    });
    const answer = await connect(origin).send({ path, headers: { a: 'b' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-seen']).toBe(`POST ${path} b`);
    expect(answer.text).toHaveLength(500_000);
  });

  it('asks for no compression and follows no redirect', async () => {
    const { origin } = await serve((request, response) => {
      response.writeHead(302, {
        location: 'http://127.0.0.1:9/',
        'x-encoding': request.headers['accept-encoding'] ?? '',
      });
      response.end();
    });
    const answer = await connect(origin).send({ path, headers: {} });
    expect(answer).toMatchObject({ status: 302, headers: { 'x-encoding': '' } });
  });

  it('keeps its connections for the next requests', async () => {
    const { origin, sockets } = await serve((_, response) => void response.end('{}'));
    const transport = connect(origin);
    for (let call = 0; call < 20; call += 1) await transport.send({ path, headers: {} });
    expect(sockets()).toBeLessThanOrEqual(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => {}],
    ['stops after the headers', (socket) => void socket.write(`${head}content-length: 5\r\n\r\n`)],
    [
      'drips its body for ever',
      (socket) => {
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
        const drip = setInterval(() => socket.write('1\r\nx\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      },
    ],
  ])('gives up in time on a server that %s', async (_, onSocket) => {
    const origin = await serveRaw((socket) => socket.once('data', () => onSocket(socket)));
    const started = Date.now();
    await expect(connect(origin).send({ path, headers: {} })).rejects.toMatchObject({
      code: 'mps_unavailable',
      message: `no answer from MPS at ${origin}: no complete answer within 300 ms`,
    });
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('says so when a connection it had kept was reset, and works on with the next', async () => {
    let requests = 0;
    const origin = await serveRaw((socket) =>
      socket.on('data', () => {
        requests += 1;
        if (requests === 2) socket.resetAndDestroy();
        else socket.write(`${head}content-length: 2\r\n\r\n{}`);
      }),
    );
    const transport = connect(origin);
    await transport.send({ path, headers: {} });
    const failure = await transport.send({ path, headers: {} }).catch((error) => error);
    expect(failure).toMatchObject({ code: 'mps_unavailable', retryable: true });
    expect(failure.message).not.toContain('secret-token');
    expect((await transport.send({ path, headers: {} })).text).toBe('{}');
  });

  it('names a server that is not there', async () => {
    const failure = await connect('http://127.0.0.1:1')
      .send({ path, headers: {} })
      .catch((error) => error);
    expect(failure).toMatchObject({ code: 'mps_unavailable', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('ends at once, with the reason, when the work is called off', async () => {
    const origin = await serveRaw(() => {});
    const controller = new AbortController();
    const sent = connect(origin, 60_000).send({ path, headers: {}, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('called off')), 50);
    await expect(sent).rejects.toThrow('called off');
    await expect(connect(origin).send({ path, headers: {}, signal: controller.signal })).rejects.toThrow('called off');
  });
});
