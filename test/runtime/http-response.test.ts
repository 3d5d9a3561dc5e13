import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpResult } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext } from './contexts.ts';
import { httpEvent, lambdaHttp } from './events.ts';
import { call, resultOf } from './http-calls.ts';

const MB = 1024 * 1024;
const typed = (type: string, more: Record<string, string> = {}) => ({ headers: { 'content-type': type, ...more } });
const bytesOf = (result: HttpResult) => Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');

describe('the answer', () => {
  test('is the full struct for Function Compute', async () => {
    expect(await resultOf(new Response('{"a":"中"}', { status: 201, ...typed('application/json') }))).toStrictEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json' },
      body: '{"a":"中"}',
      isBase64Encoded: false,
    });
  });

  test('is the full struct for Lambda', async () => {
    expect(await resultOf(new Response('hi', typed('text/plain')), lambdaHttp)).toStrictEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'hi',
      isBase64Encoded: false,
      cookies: [],
    });
  });

  test('leaves out the headers that belong to the connection', async () => {
    const headers = {
      connection: 'close',
      'keep-alive': '1',
      'transfer-encoding': 'chunked',
      'content-length': '1',
      etag: 'e',
    };
    expect((await resultOf(new Response(null, { headers }))).headers).toEqual({ etag: 'e' });
  });

  test.each([
    'text/html; charset=utf-8',
    'text/plain',
    'text/css;charset="UTF-8"',
    'application/json',
    'application/problem+json',
    'application/openapi+yaml',
    'application/x-ndjson',
    'application/javascript',
    'image/svg+xml',
    'application/xml',
    'TEXT/CSV',
  ])('carries %s as text', async (type) => {
    expect(await resultOf(new Response('é中', typed(type)))).toMatchObject({ body: 'é中', isBase64Encoded: false });
  });

  test.each<[string, string | Buffer, Record<string, string>]>([
    ['an image', 'x', { 'content-type': 'image/png' }],
    ['no type', Buffer.from('x'), {}],
    ['text in another charset', 'x', { 'content-type': 'text/plain; charset=gbk' }],
    ['text that is not UTF-8', Buffer.from([0xff, 0xfe]), { 'content-type': 'text/plain' }],
    ['compressed text', 'x', { 'content-type': 'text/plain', 'content-encoding': 'gzip' }],
  ])('carries %s in base64', async (_name, body, headers) => {
    expect(await resultOf(new Response(body, { headers }))).toMatchObject({
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    });
  });

  test.each<[string, string, number]>([
    ['HEAD', 'HEAD', 200],
    ['204', 'GET', 204],
    ['304', 'GET', 304],
  ])('has no body for %s', async (_name, method, status) => {
    const response = new Response(method === 'HEAD' ? 'body' : null, { status, ...typed('text/plain') });
    const result = await resultOf(response, httpEvent({ http: { method } }));
    expect(result).toMatchObject({ statusCode: status, body: '', isBase64Encoded: false });
  });
});

describe('cookies', () => {
  const withCookies = (count: number) => {
    const headers = new Headers();
    for (let n = 0; n < count; n += 1)
      headers.append('set-cookie', `c${n}=${n}; Expires=Thu, 01 Jan 2026 00:00:00 GMT`);
    return new Response(null, { headers });
  };
  const values = (count: number) =>
    Array.from({ length: count }, (_, n) => `c${n}=${n}; Expires=Thu, 01 Jan 2026 00:00:00 GMT`);

  test('are a list of their own for Lambda', async () => {
    expect(await resultOf(withCookies(2), lambdaHttp)).toMatchObject({ headers: {}, cookies: values(2) });
  });

  test('have the plain name for Function Compute when there is one', async () => {
    expect((await resultOf(withCookies(1))).headers).toEqual({ 'set-cookie': values(1)[0] });
  });

  test('have names in different letter case for Function Compute when there are more', async () => {
    const { headers } = await resultOf(withCookies(20));
    expect(Object.keys(headers).slice(0, 4)).toEqual(['set-cookie', 'Set-cookie', 'sEt-cookie', 'SEt-cookie']);
    expect(new Set(Object.keys(headers).map((name) => name.toLowerCase()))).toEqual(new Set(['set-cookie']));
    expect(Object.values(headers)).toEqual(values(20));
  });
});

describe('an answer that the platform cannot carry', () => {
  const detailOf = (result: HttpResult) => (JSON.parse(result.body) as { detail: string }).detail;

  test.each<[string, unknown, string, Uint8Array]>([
    ['bytes for Lambda, which base64 makes larger', lambdaHttp, 'application/zip', Buffer.alloc(5 * MB)],
    ['text for Lambda', lambdaHttp, 'text/plain', Buffer.alloc(6 * MB, 'x')],
    ['text for Lambda, which JSON makes larger', lambdaHttp, 'text/plain', Buffer.alloc(4 * MB, '"')],
  ])('says so: %s', async (_name, event, type, body) => {
    const result = await resultOf(new Response(body, typed(type)), event);
    expect(result.statusCode).toBe(500);
    expect(detailOf(result)).toBe('the answer is larger than the 6 MB that AWS Lambda can return');
  });

  test.each([
    ['in base64', 'application/zip', 25 * MB],
    ['as text', 'text/plain', 32 * MB],
  ])('says so for Function Compute %s', async (_name, type, size) => {
    const result = await resultOf(new Response(Buffer.alloc(size, 'x'), typed(type)));
    expect(detailOf(result)).toBe('the answer is larger than the 32 MB that Function Compute can return');
  });

  test('is not read to its end', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(MB));
      },
    });
    expect((await resultOf(new Response(body), lambdaHttp)).statusCode).toBe(500);
    expect(pulled).toBeLessThan(10);
  });

  test('is carried when it just fits', async () => {
    const result = await resultOf(new Response(Buffer.alloc(23 * MB), typed('application/zip')));
    expect([result.statusCode, bytesOf(result).length]).toEqual([200, 23 * MB]);
  });

  test('says so of headers beyond 8 KB for Function Compute', async () => {
    const result = await resultOf(new Response(null, { headers: { x: 'y'.repeat(8_200) } }));
    expect(detailOf(result)).toBe('the headers are larger than the 8 KB that Function Compute can return');
  });
});

describe('an error of fetch', () => {
  test.each<[string, () => Response | Promise<Response>]>([
    [
      'thrown',
      () => {
        throw new Error('hidden');
      },
    ],
    ['rejected', () => Promise.reject(new Error('hidden'))],
    ['in the body', () => new Response(new ReadableStream({ pull: () => Promise.reject(new Error('hidden')) }))],
    ['no Response', () => ({ hidden: 1 }) as unknown as Response],
  ])('is logged once and answers 500 without detail: %s', async (_name, fetch) => {
    const { log, entries } = createMemoryLog();
    const result = await call(fetch, httpEvent(), functionComputeContext, log);
    expect(result).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(result.body)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      requestId: '1-64f6cd87-requestid',
    });
    expect(entries()).toMatchObject([
      { level: 'error', msg: 'http_handler_failed', requestId: '1-64f6cd87-requestid', path: '/example' },
    ]);
  });
});

test('any bytes come back as they were sent, on both platforms', async () => {
  const types = ['application/octet-stream', 'text/plain', 'application/json', 'image/png', ''];
  const echo = (type: string) => async (request: Request) =>
    new Response(await request.arrayBuffer(), type === '' ? {} : typed(type));
  const property = fc.asyncProperty(
    fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    ),
    fc.constantFrom(...types),
    fc.boolean(),
    async (bytes, type, isLambda) => {
      const body = { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
      const result = await call(echo(type), isLambda ? { ...lambdaHttp, ...body } : httpEvent(body));
      expect(bytesOf(JSON.parse(JSON.stringify(result)) as HttpResult)).toEqual(Buffer.from(bytes));
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
