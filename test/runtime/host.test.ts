import { describe, expect, test } from 'vitest';
import { loadFunction } from '../../runtime/host.ts';
import { functionComputeHttp, functionComputeTimer } from './events.ts';
import { hostFunction, writeFunction } from './functions.ts';

const cjs = (body: string) => ({ 'index.js': `exports.handler = async (event, context) => { ${body} };` });
const esm = (body: string) => ({ 'index.mjs': `export const handler = async (event, context) => { ${body} };` });

describe('a hosted function', () => {
  const body = 'return [Buffer.isBuffer(event), event.toString()]';
  test.each<[string, Record<string, string>]>([
    ['CommonJS', cjs(body)],
    ['an .mjs module', esm(body)],
    ['a .js module by its package.json', { 'index.js': esm(body)['index.mjs'], 'package.json': '{"type":"module"}' }],
  ])('gets its event as a Buffer: %s', async (_name, files) => {
    const host = await hostFunction(files);
    const { text, error } = await host.invokeTimer(functionComputeTimer);
    expect(error).toBeUndefined();
    expect(JSON.parse(text)).toEqual([true, JSON.stringify(functionComputeTimer)]);
  });

  test('gets a context as documented', async () => {
    const host = await hostFunction(esm('return { ...context, logger: Object.keys(context.logger) }'));
    const { requestId, text } = await host.invoke('{}', { retryCount: 2 });
    expect(JSON.parse(text)).toMatchObject({
      requestId,
      credentials: {},
      function: { name: 'sync', handler: 'index.handler', memory: 512, timeout: 10 },
      service: { logProject: '', logStore: '', qualifier: 'LATEST' },
      region: 'cn-hangzhou',
      accountId: '1234567890',
      retryCount: 2,
      logger: ['log', 'debug', 'info', 'warn', 'error'],
    });
  });

  test('gets the credentials of its role', async () => {
    const credentials = { accessKeyId: 'i', accessKeySecret: 's', securityToken: 't' };
    const host = await hostFunction(esm('return context.credentials'), { credentials });
    expect(JSON.parse((await host.invoke('')).text)).toEqual(credentials);
  });

  test('sees the given environment and PATH, no more, and runs in plain Node', async () => {
    const host = await hostFunction(esm('return [Object.keys(process.env), process.execArgv, typeof process.send]'), {
      environment: { DATABASE_URL: 'x' },
    });
    const [names, flags, send] = JSON.parse((await host.invoke('')).text);
    expect(names.sort()).toEqual(['DATABASE_URL', 'PATH']);
    expect(flags).toEqual(['--max-old-space-size=460']);
    expect(send).toBe('undefined');
  });

  test('finds nothing outside its own folder', async () => {
    const host = await hostFunction(cjs("return require('pino')"));
    expect((await host.invoke('')).error).toMatchObject({ errorMessage: expect.stringContaining("'pino'") });
  });

  test.each([
    ['an object', '({ a: 1 })', '{"a":1}'],
    ['a text', '"text"', 'text'],
    ['a number', '7', '7'],
    ['a Buffer', 'Buffer.from("bytes")', 'bytes'],
    ['null', 'null', ''],
    ['undefined', 'undefined', ''],
  ])('has its result converted: %s', async (_name, value, expected) => {
    expect((await (await hostFunction(esm(`return ${value}`))).invoke('')).text).toBe(expected);
  });

  test('keeps its state between calls, which queue', async () => {
    const host = await hostFunction({ 'index.js': 'let n = 0; exports.handler = async () => ++n;' });
    const answers = await Promise.all([host.invoke(''), host.invoke(''), host.invoke('')]);
    expect(answers.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('reports how long its cold start took', async () => {
    const host = await hostFunction({
      'index.mjs': `await new Promise((r) => setTimeout(r, 60));
        export const handler = () => new Promise((r) => setTimeout(r, 30));`,
    });
    await host.invoke('');
    expect(host.timings.loadMs).toBeGreaterThan(50);
    expect(host.timings.firstCallMs).toBeGreaterThan(25);
    expect(host.timings.startMs).toBeGreaterThan(0);
    expect(host.timings.initializeMs).toBeUndefined();
  });

  test('has its output captured in full, the console in the form of the platform', async () => {
    const host = await hostFunction(
      cjs(`console.log('a\\nb', { n: 1 }); context.logger.warn('w'); process.stdout.write('{"raw":1}\\n');
        process.stdout.write('x'.repeat(100000) + '\\nunfinished'); return 1`),
    );
    const { requestId } = await host.invoke('');
    const [log, warn, raw, long, unfinished] = host.logs;
    expect(log).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ${requestId} \\[verbose\\] a\\rb { n: 1 }$`));
    expect(warn).toContain(`${requestId} [warn] w`);
    expect([raw, long?.length, unfinished, host.logs.length]).toEqual(['{"raw":1}', 100_000, 'unfinished', 5]);
  });
});

describe('HTTP to a hosted function', () => {
  test('arrives as the documented event and comes back as a Response', async () => {
    const host = await hostFunction(
      esm(`const e = JSON.parse(event);
        return { statusCode: 201, headers: { 'x-a': 'b', 'set-cookie': 'c=1', 'Set-cookie': 'd=2' },
          body: Buffer.from(JSON.stringify(e)).toString('base64'), isBase64Encoded: true }`),
    );
    const { response } = await host.invokeHttp({
      method: 'POST',
      path: '/a%2Fb?x=1&x=2&y=%E4%B8%AD',
      headers: { 'content-type': 'text/plain' },
      body: 'hi',
    });
    expect([response?.status, response?.headers.get('x-a')]).toEqual([201, 'b']);
    expect(response?.headers.getSetCookie()).toEqual(['c=1', 'd=2']);
    expect(await response?.json()).toMatchObject({
      version: 'v1',
      rawPath: '/a%2Fb',
      body: 'aGk=',
      isBase64Encoded: true,
      headers: { 'Content-Type': 'text/plain', Host: 'sync.cn-hangzhou.fcapp.run' },
      queryParameters: { x: '1,2', y: '中' },
      requestContext: { http: { method: 'POST', path: '/a/b' }, timeEpoch: expect.stringMatching(/^\d+$/) },
    });
  });

  test('takes a standard Request or an event as it is', async () => {
    const host = await hostFunction(
      esm('return { statusCode: 200, body: JSON.parse(event).requestContext.domainName }'),
    );
    expect(await (await host.invokeHttp(new Request('https://h/x'))).response?.text()).toBe(
      'sync.cn-hangzhou.fcapp.run',
    );
    expect(await (await host.invokeHttp(functionComputeHttp)).response?.text()).toBe('example.cn-hangzhou.fcapp.run');
  });

  test('has no response when the function failed or answered something else', async () => {
    const host = await hostFunction(esm('if (event.includes("fail")) throw new Error("x"); return 7'));
    expect((await host.invokeHttp({ path: '/fail' })).response).toBeUndefined();
    expect((await host.invokeHttp({ path: '/' })).response).toBeUndefined();
  });
});

describe('loading by handler string', () => {
  test('splits at the last dot', async () => {
    const folder = await writeFunction({ 'a.b.mjs': 'export const c = () => 7;' });
    expect((await loadFunction(folder, 'a.b.c'))()).toBe(7);
  });

  test.each([
    ['handler', "'handler' is not of the form module.function"],
    ['missing.handler', 'there is no missing.js or .mjs'],
    ['index.missing', "the module exports no function 'missing'"],
  ])('says what is wrong with %s', async (handler, message) => {
    const folder = await writeFunction(cjs('return 1'));
    await expect(loadFunction(folder, handler)).rejects.toThrow(message);
  });
});
