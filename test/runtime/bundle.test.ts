import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../runtime/host.ts';
import { functionComputeTimer } from './events.ts';
import { hostFunction } from './functions.ts';

const source = `
  import { createHttpHandler, createLifecycleHook, createTimerHandler } from './index.ts';
  export const initialize = createLifecycleHook(({ log }) => log.info('initialized'));
  export const timer = createTimerHandler(async ({ payload }, { log, deadline, ...rest }) => {
    if (payload === 'fail') throw new RangeError('refused: password=hunter2');
    log.info({ accessKeySecret: 'hidden' }, 'ran\\ntwice');
    return { payload, remainingMs: rest.remainingMs(), credentials: rest.credentials ?? null };
  });
  export const http = createHttpHandler(async (request) => {
    const headers = new Headers({ 'content-type': request.headers.get('content-type') ?? '' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    return new Response(await request.arrayBuffer(), { status: 201, headers });
  });`;

let bundle = '';
beforeAll(async () => {
  const resolveDir = fileURLToPath(new URL('../../runtime', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
  });
  bundle = outputFiles[0]?.text ?? '';
});

const hosted = (handler: string): Promise<Host> =>
  hostFunction({ 'index.js': bundle }, { handler, initializer: 'index.initialize', freeze: true });

describe('a bundle of handlers in plain Node', () => {
  test('answers a timer and logs in plain JSON lines', async () => {
    const host = await hosted('index.timer');
    const { text, requestId } = await host.invokeTimer(functionComputeTimer);
    expect(JSON.parse(text)).toEqual({ payload: 'awesome-fc', remainingMs: expect.any(Number), credentials: null });
    expect(host.logs.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', functionName: 'sync', msg: 'initialized' },
      { level: 'info', requestId, functionName: 'sync', msg: 'ran\ntwice', accessKeySecret: '[redacted]' },
    ]);
  });

  test('answers an error as the platform shows it, without secrets', async () => {
    const host = await hosted('index.timer');
    const { error } = await host.invokeTimer({ ...functionComputeTimer, payload: 'fail' });
    expect(error).toMatchObject({ errorType: 'RangeError', errorMessage: 'refused: password=[redacted]' });
    expect(host.logs.join()).not.toContain('hunter2');
  });

  test('answers HTTP with the bytes it got and both cookies', async () => {
    const body = Buffer.from([0, 255, 195]);
    const host = await hosted('index.http');
    const { response } = await host.invokeHttp({ method: 'POST', path: '/', headers: { 'content-type': 'a/b' }, body });
    expect(response?.status).toBe(201);
    expect(response?.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(body);
  });
});
