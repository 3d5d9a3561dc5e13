import { describe, expect, test } from 'vitest';
import { createHttpHandler } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext, lambdaContext } from './contexts.ts';
import {
  eventBridgeRule,
  functionComputeHttp,
  functionComputeTimer,
  httpEvent,
  lambdaHttp,
  toBuffer,
} from './events.ts';
import { call, requestOf } from './http-calls.ts';

describe('the request made of a Function Compute event', () => {
  test('is the documented one', async () => {
    const request = await requestOf(toBuffer(functionComputeHttp));
    expect(request.method).toBe('POST');
    expect(request.url).toBe(
      'https://example.cn-hangzhou.fcapp.run/example?parameter1=value1&parameter2=value1%2Cvalue2',
    );
    expect(request.headers.get('header2')).toBe('value1,value2');
    expect(await request.text()).toBe('Hello FC!');
  });

  test('is the same when the event comes as an object', async () => {
    expect((await requestOf(functionComputeHttp)).url).toContain('https://example.cn-hangzhou.fcapp.run/example?');
  });

  test.each([
    ['canonical', { Host: 'view.example.com', 'Content-Type': 'application/json', 'X-Forwarded-Proto': 'http' }],
    ['lower', { host: 'view.example.com', 'content-type': 'application/json', 'x-forwarded-proto': 'http,https' }],
    ['upper', { HOST: 'view.example.com', 'CONTENT-TYPE': 'application/json', 'X-FORWARDED-PROTO': 'HTTP' }],
  ])('reads headers in %s case', async (_name, headers) => {
    const request = await requestOf(httpEvent({ headers, queryParameters: {} }));
    expect(request.url).toBe('http://view.example.com/example');
    expect(request.headers.get('content-type')).toBe('application/json');
  });

  test.each<[string, string, string, string]>([
    ['Chinese', '/v1/jobs/%E4%B8%AD%E6%96%87', '/v1/jobs/%E4%B8%AD%E6%96%87', '/v1/jobs/中文'],
    ['an encoded slash', '/v1/jobs/a%2Fb', '/v1/jobs/a%2Fb', '/v1/jobs/a/b'],
    ['an encoded question mark', '/a%3Fb', '/a%3Fb', '/a?b'],
    ['what should have been encoded', '/a?b#c', '/a%3Fb%23c', '/a?b#c'],
    ['two slashes first', '//evil.example/x', '//evil.example/x', '//evil.example/x'],
    ['no slash', 'x', '/x', '/x'],
    ['nothing', '', '/', '/'],
  ])('keeps the path as it was sent: %s', async (_name, rawPath, pathname, decoded) => {
    const url = new URL((await requestOf(httpEvent({ rawPath }))).url);
    expect([url.hostname, url.pathname]).toEqual(['example.cn-hangzhou.fcapp.run', pathname]);
    expect(decodeURIComponent(url.pathname)).toBe(decoded);
  });

  test.each<[string, Record<string, string>, string[][]]>([
    ['values joined by commas', { a: '1,2' }, [['a', '1,2']]],
    ['characters that need encoding', { 名: '中 &=#?%+' }, [['名', '中 &=#?%+']]],
    ['an empty value', { a: '' }, [['a', '']]],
    ['none', {}, []],
  ])('has the query: %s', async (_name, queryParameters, expected) => {
    const { searchParams } = new URL((await requestOf(httpEvent({ queryParameters }))).url);
    expect([...searchParams]).toEqual(expected);
  });

  test.each<[string, object, string]>([
    [
      'text by the flag, whatever the type',
      { body: Buffer.from('{"a":"中"}').toString('base64'), isBase64Encoded: true },
      '{"a":"中"}',
    ],
    ['text that looks like base64 without the flag', { body: 'SGk=', isBase64Encoded: false }, 'SGk='],
    ['an empty body with the flag', { body: '', isBase64Encoded: true }, ''],
    ['no body', { body: null, isBase64Encoded: false }, ''],
  ])('decodes %s', async (_name, changes, expected) => {
    const headers = { 'Content-Type': 'application/json' };
    expect(await (await requestOf(httpEvent({ headers, ...changes }))).text()).toBe(expected);
  });

  test('has the bytes of a binary body', async () => {
    const bytes = Buffer.from([0, 255, 128, 10, 13, 195]);
    const request = await requestOf(httpEvent({ body: bytes.toString('base64'), isBase64Encoded: true }));
    expect(Buffer.from(await request.arrayBuffer())).toEqual(bytes);
    expect(request.headers.get('content-type')).toBeNull();
  });

  test.each(['GET', 'HEAD'])('has no body for %s, whatever the flag says', async (method) => {
    const request = await requestOf(httpEvent({ http: { method }, body: '', isBase64Encoded: true }));
    expect([request.method, request.body]).toEqual([method, null]);
    expect((await requestOf(httpEvent({ http: { method }, body: 'x' }))).body).toBeNull();
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'patch'])('keeps the method %s', async (method) => {
    expect((await requestOf(httpEvent({ http: { method } }))).method).toBe(method.toUpperCase());
  });

  test('has header text beyond ASCII as the bytes that came over the wire', async () => {
    const value = (await requestOf(httpEvent({ headers: { 'X-Name': '中é' } }))).headers.get('x-name') ?? '';
    expect(Buffer.from(value, 'latin1').toString('utf8')).toBe('中é');
  });

  test('reads a header that is a list, and one that is no text at all', async () => {
    const { headers } = await requestOf(httpEvent({ headers: { a: ['1', '2', null], b: { toString: 1 }, c: 7 } }));
    expect(['a', 'b', 'c'].map((name) => headers.get(name))).toEqual(['1,2,', '{"toString":1}', '7']);
  });

  test('falls back to the domain of the function, then to localhost', async () => {
    expect((await requestOf(httpEvent({ headers: { Host: '' } }))).url).toContain('//example.cn-hangzhou.fcapp.run/');
    const http = { method: 'GET' };
    expect((await requestOf(toBuffer({ version: 'v1', requestContext: { http } }))).url).toBe('https://localhost/');
  });
});

describe('the request made of a Lambda event', () => {
  test('is that of a function URL, its repeated parameters and cookies kept', async () => {
    const request = await requestOf(lambdaHttp, lambdaContext);
    expect(request.method).toBe('POST');
    expect(request.url).toBe(
      'https://id.lambda-url.us-west-2.on.aws/my/path?parameter1=value1&parameter1=value2&parameter2=value',
    );
    expect(request.headers.get('cookie')).toBe('cookie1=a; cookie2=b');
    expect(request.headers.get('header2')).toBe('value1,value2');
    expect(await request.text()).toBe('Hello from client!');
  });

  test('has a body in base64 decoded', async () => {
    const event = { ...lambdaHttp, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true };
    expect(Buffer.from(await (await requestOf(event, lambdaContext)).arrayBuffer())).toEqual(Buffer.from([0, 255]));
  });
});

describe('a request that cannot be read', () => {
  test.each<[string, Parameters<typeof httpEvent>[0], string]>([
    ['a host with a path', { headers: { Host: 'a/b' } }, 'the Host header is malformed'],
    ['a host with a user', { headers: { Host: 'u@h' } }, 'the Host header is malformed'],
    ['a host with a space', { headers: { Host: 'a b' } }, 'the Host header is malformed'],
    ['two hosts', { headers: { Host: 'a,b' } }, 'the Host header is malformed'],
    ['a port beyond the last', { headers: { Host: 'a:99999' } }, 'the Host header is malformed'],
    ['an address that is none', { headers: { Host: '1.2.3.999' } }, 'the Host header is malformed'],
    ['a header name with a space', { headers: { 'X Y': '1' } }, 'a header is malformed'],
    ['a header value with a line break', { headers: { X: 'a\r\nb: c' } }, 'a header is malformed'],
    ['a method that a Request cannot have', { http: { method: 'TRACE' } }, 'the method is not one that can be served'],
    ['a method that is none', { http: { method: 'A B' } }, 'the method is not one that can be served'],
  ])('answers 400 and says why: %s', async (_name, changes, detail) => {
    const result = await call(() => new Response('served'), httpEvent(changes));
    expect(result).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(result.body)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail,
      requestId: '1-64f6cd87-requestid',
    });
  });
});

describe('an event that is no request', () => {
  test.each<[string, unknown, string]>([
    ['a timer', toBuffer(functionComputeTimer), 'this handler answers HTTP requests: got a timer trigger event'],
    ['a schedule', eventBridgeRule, 'this handler answers HTTP requests: got an EventBridge event'],
    ['an API Gateway event of the other format', { version: '1.0', httpMethod: 'GET' }, 'payload format 1.0'],
    ['nothing', Buffer.alloc(0), 'this handler answers HTTP requests: got an empty event'],
    ['an array', Buffer.from('[1,2]'), 'got a JSON array of 2'],
    ['a number', Buffer.from('7'), 'got a JSON number'],
    ['some object', Buffer.from('{"a":1}'), 'got a JSON object with 1 fields'],
    ['no JSON', Buffer.from('hidden'), 'the event is not JSON: got a Buffer of 6 bytes'],
  ])('is refused and named: %s', async (_name, event, message) => {
    const { log, entries } = createMemoryLog();
    const handler = createHttpHandler(() => new Response(), { log });
    await expect(handler(event, functionComputeContext)).rejects.toThrow(message);
    expect(entries()).toMatchObject([{ level: 'error', requestId: '1-64f6cd87-requestid' }]);
  });
});
