import { describe, expect, test } from 'vitest';
import { createTimerHandler, type TimerEvent } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext, lambdaContext } from './contexts.ts';
import { eventBridgeRule, functionComputeHttp, functionComputeTimer, lambdaHttp, toBuffer } from './events.ts';

async function received(event: unknown, context: unknown = functionComputeContext): Promise<TimerEvent | undefined> {
  const seen: TimerEvent[] = [];
  const { log } = createMemoryLog();
  await createTimerHandler(async (tick) => void seen.push(tick), { log })(event, context);
  return seen[0];
}

const manual = (payload: string | undefined) => ({ triggerName: 'manual', triggerTime: undefined, payload });

describe('the tick a timer handler sees', () => {
  test.each<[string, unknown, TimerEvent]>([
    [
      'a Function Compute timer event',
      toBuffer(functionComputeTimer),
      { triggerName: 'timer-trigger', triggerTime: new Date('2023-12-26T07:49:00Z'), payload: 'awesome-fc' },
    ],
    [
      'a timer whose payload is JSON, which stays text',
      toBuffer({ ...functionComputeTimer, payload: '{"source":"cn"}' }),
      { triggerName: 'timer-trigger', triggerTime: new Date('2023-12-26T07:49:00Z'), payload: '{"source":"cn"}' },
    ],
    [
      'a timer with nothing configured and an unreadable time',
      toBuffer({ triggerName: 't', triggerTime: 'soon', payload: '' }),
      { triggerName: 't', triggerTime: undefined, payload: undefined },
    ],
    [
      'an EventBridge rule',
      eventBridgeRule,
      { triggerName: 'my-scheduled-rule', triggerTime: new Date('2015-10-08T16:53:06Z'), payload: undefined },
    ],
    [
      'an EventBridge Scheduler schedule without input',
      {
        ...eventBridgeRule,
        source: 'aws.scheduler',
        resources: ['arn:aws:scheduler:us-east-1:123456789012:schedule/default/every-minute'],
        detail: '{}',
      },
      { triggerName: 'every-minute', triggerTime: new Date('2015-10-08T16:53:06Z'), payload: undefined },
    ],
    [
      'an EventBridge rule with a detail and no resources',
      { ...eventBridgeRule, resources: [], detail: { source: 'cn' } },
      { triggerName: 'aws.events', triggerTime: new Date('2015-10-08T16:53:06Z'), payload: '{"source":"cn"}' },
    ],
    ['an EventBridge Scheduler schedule with an input of its own', { until: 'covered' }, manual('{"until":"covered"}')],
    ['an invocation by hand, its text unchanged', Buffer.from('{ "source": "cn" }'), manual('{ "source": "cn" }')],
    ['an invocation by hand with an array', Buffer.from('[1]'), manual('[1]')],
    ['an invocation by hand without payload', Buffer.alloc(0), manual(undefined)],
    ['a Uint8Array', new Uint8Array(toBuffer({ a: 1 })), manual('{"a":1}')],
    [
      'an event of another EventBridge source',
      { ...eventBridgeRule, source: 'aws.s3' },
      expect.objectContaining({ triggerName: 'manual' }),
    ],
    ['no event at all', undefined, manual(undefined)],
    ['null', null, manual(undefined)],
  ])('is read from %s', async (_name, event, expected) => {
    expect(await received(event)).toEqual(expected);
  });
});

describe('an event that is no tick', () => {
  test.each<[string, unknown, string]>([
    ['bytes that are not JSON', Buffer.from('hello hidden'), 'the event is not JSON: got a Buffer of 12 bytes'],
    ['a text that is not JSON', 'hidden', 'the event is not JSON: got a string of 6 characters'],
    [
      'a Function Compute request',
      toBuffer(functionComputeHttp),
      'this handler answers timers: got an HTTP request event',
    ],
    ['a Lambda request', lambdaHttp, 'this handler answers timers: got an HTTP request event'],
  ])('%s is refused without being quoted', async (_name, event, message) => {
    const { log, lines, entries } = createMemoryLog();
    const handler = createTimerHandler(async () => 'ran', { log });
    await expect(handler(event, functionComputeContext)).rejects.toThrow(message);
    expect(entries()).toMatchObject([{ level: 'error', requestId: '1-64f6cd87-requestid' }]);
    expect(lines.join()).not.toContain('hidden');
  });
});

describe('the result of a timer handler', () => {
  test.each<[string, unknown, unknown]>([
    ['dates become text', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['undefined fields go', { a: 1, b: undefined }, { a: 1 }],
    ['an exact bigint becomes a number', { rows: 3n }, { rows: 3 }],
    ['a larger bigint becomes text', { rows: 2n ** 60n }, { rows: '1152921504606846976' }],
    ['nothing stays nothing', undefined, undefined],
  ])('is plain JSON: %s', async (_name, result, expected) => {
    const handler = createTimerHandler(async () => result, { log: createMemoryLog().log });
    expect(await handler(toBuffer(functionComputeTimer), functionComputeContext)).toEqual(expected);
  });
});

describe('an error of run', () => {
  const failing = (error: unknown) => {
    const memory = createMemoryLog();
    const run = async () => {
      throw error;
    };
    const handler = createTimerHandler(run, { log: memory.log });
    return {
      ...memory,
      thrown: handler(toBuffer(functionComputeTimer), functionComputeContext).catch((e: Error) => e),
    };
  };

  test('is logged once with the request and the trigger, and thrown on with its name and message', async () => {
    const { thrown, entries } = failing(new RangeError('out of slots', { cause: new Error('quota') }));
    expect(await thrown).toMatchObject({ name: 'RangeError', message: 'out of slots' });
    expect(entries()).toMatchObject([
      {
        level: 'error',
        requestId: '1-64f6cd87-requestid',
        functionName: 'sync',
        triggerName: 'timer-trigger',
        err: { type: 'RangeError', message: 'out of slots', cause: { message: 'quota' } },
      },
    ]);
  });

  test('leaves without secrets, causes and own properties', async () => {
    const message =
      'postgres://user:hunter2@db/x refused; the-secret-of-the-role; the-session-token-of-the-role; password=hunter3';
    const { thrown, lines } = failing(Object.assign(new Error(message, { cause: 'c' }), { request: 'hunter4' }));
    const error = (await thrown) as Error;
    expect(error.message).toBe('postgres://[redacted]@db/x refused; [redacted]; [redacted]; password=[redacted]');
    expect(`${error.stack}${Object.entries(error)}${error.cause}`).not.toMatch(/hunter|of-the-role|request/);
    expect(error.stack).toContain('timer.test.ts');
    expect(lines.join()).not.toMatch(/hunter/);
  });

  test.each([
    ['a text', 'just text', 'just text'],
    ['an object with a message', { message: 'odd' }, 'odd'],
    ['an object without one', {}, 'an object was thrown'],
    ['nothing', undefined, 'undefined'],
  ])('that is no Error but %s still arrives as one', async (_name, value, message) => {
    expect(await failing(value).thrown).toEqual(new Error(message));
  });

  test('a result that JSON cannot carry fails the call', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const handler = createTimerHandler(async () => cycle, { log: createMemoryLog().log });
    await expect(handler(Buffer.alloc(0), lambdaContext)).rejects.toThrow('circular structure');
  });
});
