import { describe, expect, test } from 'vitest';
import { createHttpHandler, createLifecycleHook, createTimerHandler, type Invocation } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext, lambdaContext } from './contexts.ts';

async function invocationOf(context: unknown, now?: () => number): Promise<Invocation> {
  const seen: Invocation[] = [];
  const handler = createTimerHandler(async (_event, invocation) => void seen.push(invocation), {
    log: createMemoryLog().log,
    now,
  });
  await handler(undefined, context);
  const [invocation] = seen;
  if (invocation === undefined) throw new Error('run was not called');
  return invocation;
}

describe('what a handler knows of its call', () => {
  test('is read from a Function Compute context', async () => {
    expect(await invocationOf({ ...functionComputeContext, retryCount: 2 }, () => 1_000)).toMatchObject({
      platform: 'function-compute',
      requestId: '1-64f6cd87-requestid',
      functionName: 'sync',
      region: 'cn-hangzhou',
      accountId: '1234567890',
      credentials: functionComputeContext.credentials,
      retryCount: 2,
      deadline: 301_000,
    });
  });

  test('is read from a Lambda context', async () => {
    expect(await invocationOf(lambdaContext, () => 1_000)).toMatchObject({
      platform: 'lambda',
      requestId: '8f507cfc-example',
      functionName: 'sync',
      region: 'eu-west-1',
      accountId: '123456789012',
      credentials: undefined,
      retryCount: 0,
      deadline: 46_000,
    });
  });

  test.each([
    ['{}, the context of a function without a role', {}],
    ['no credentials', undefined],
    ['half a pair', { accessKeyId: 'id' }],
    ['empty texts', { accessKeyId: '', accessKeySecret: '' }],
  ])('has no credentials from %s', async (_name, credentials) => {
    expect((await invocationOf({ ...functionComputeContext, credentials })).credentials).toBeUndefined();
  });

  test('has credentials without a token where none came', async () => {
    const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };
    expect((await invocationOf({ ...functionComputeContext, credentials })).credentials).toStrictEqual(credentials);
  });

  test('has an id even where the platform gave none', async () => {
    const { requestId } = await invocationOf({ function: { timeout: 1 } });
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
  });

  test.each<[string, unknown, number]>([
    ['the retry number as text', '2', 2],
    ['a negative one', -1, 0],
    ['nonsense', 'x', 0],
    ['none', undefined, 0],
  ])('reads %s', async (_name, retryCount, expected) => {
    expect((await invocationOf({ ...functionComputeContext, retryCount })).retryCount).toBe(expected);
  });

  test.each([
    ['undefined', undefined],
    ['an empty object', {}],
    ['a text', 'context'],
  ])('cannot be had from %s', async (_name, context) => {
    for (const handler of [createTimerHandler(async () => 1), createHttpHandler(() => new Response())])
      await expect(handler(Buffer.alloc(0), context)).rejects.toThrow('not a Function Compute or Lambda context');
  });
});

describe('the deadline', () => {
  test('comes nearer with the clock and is never in debt', async () => {
    let now = 10_000;
    const invocation = await invocationOf(
      { ...functionComputeContext, function: { name: 'f', timeout: 3 } },
      () => now,
    );
    expect(invocation.remainingMs()).toBe(3_000);
    now = 12_999;
    expect(invocation.remainingMs()).toBe(1);
    now = 99_000;
    expect(invocation.remainingMs()).toBe(0);
    expect(invocation.deadline).toBe(13_000);
  });

  test('is a minute away when the context names no limit', async () => {
    expect((await invocationOf({ function: { name: 'f' } }, () => 0)).deadline).toBe(60_000);
  });

  test.each([
    ['the default of the component', undefined, 3_000],
    ['what was configured', 20, 20_000],
  ])('of a lifecycle hook is %s, not that of the function', async (_name, timeoutSeconds, expected) => {
    const deadlines: number[] = [];
    const hook = createLifecycleHook(({ deadline }) => void deadlines.push(deadline), { now: () => 0, timeoutSeconds });
    await hook(functionComputeContext);
    expect(deadlines).toEqual([expected]);
  });
});

describe('a lifecycle hook', () => {
  test('answers nothing', async () => {
    expect(await createLifecycleHook(async () => undefined)(functionComputeContext)).toBeUndefined();
  });

  test('logs its error once and throws it on without secrets', async () => {
    const { log, entries } = createMemoryLog();
    const hook = createLifecycleHook(() => Promise.reject(new Error('no route: password=x')), { log });
    await expect(hook(functionComputeContext)).rejects.toThrow('no route: password=[redacted]');
    expect(entries()).toMatchObject([{ level: 'error', requestId: '1-64f6cd87-requestid', functionName: 'sync' }]);
  });
});
