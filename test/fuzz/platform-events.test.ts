import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHttpHandler, createTimerHandler, type HttpResult, type TimerEvent } from '../../runtime/index.ts';
import { createMemoryLog, functionComputeContext, lambdaContext } from '../runtime/contexts.ts';
import { eventBridgeRule, functionComputeHttp, functionComputeTimer, lambdaHttp } from '../runtime/events.ts';
import { hostileWord } from './hostile-words.ts';

const { log } = createMemoryLog('silent');
const notJson = 'the event is not JSON: got a (string of \\d+ characters|Buffer of \\d+ bytes)';
const documented = [functionComputeHttp, lambdaHttp, functionComputeTimer, eventBridgeRule] as const;

/** What no conversion to text takes, and JSON can hold, among all else that it can. */
const leaf = fc.oneof({ weight: 2, arbitrary: hostileWord }, fc.jsonValue({ maxDepth: 2 }), {
  weight: 2,
  arbitrary: fc.constantFrom({ toString: 1 }, [{ toString: null }], { toJSON: 1 }, ['a', 'b'], true, 7),
});
const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The names that lead to each field, those of whole branches among them. */
const toPaths = (value: unknown): string[][] =>
  isBranch(value)
    ? Object.entries(value).flatMap(([name, each]) => [[name], ...toPaths(each).map((rest) => [name, ...rest])])
    : [];

function withField(value: unknown, [name = '', ...rest]: readonly string[], put: unknown): unknown {
  if (!isBranch(value)) return put;
  return { ...value, [name]: rest.length === 0 ? put : withField(value[name], rest, put) };
}

/** A documented event with up to three of its fields missing or something else, or with one more. */
const nearEvent = fc.constantFrom(...documented).chain((event) =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...toPaths(event)) },
          hostileWord.map((name) => ['headers', name]),
        ),
        fc.option(leaf, { nil: undefined }),
      ),
      { maxLength: 3 },
    )
    .map((changes) => changes.reduce<unknown>((value, [path, put]) => withField(value, path, put), event)),
);
const asJson = fc.oneof({ weight: 3, arbitrary: nearEvent }, leaf).map((value) => JSON.stringify(value) ?? 'null');
const event = fc.oneof(
  { weight: 4, arbitrary: asJson.map((text): unknown => Buffer.from(text)) },
  { weight: 4, arbitrary: asJson.map((text): unknown => JSON.parse(text)) },
  asJson,
  hostileWord,
  asJson.map((text) => Buffer.from(text).subarray(1)),
  fc.uint8Array(),
  fc.constantFrom(undefined, null, Buffer.alloc(0)),
);
const nearContext = fc
  .tuple(fc.constantFrom(functionComputeContext, lambdaContext), fc.array(fc.tuple(fc.nat(), leaf), { maxLength: 3 }))
  .map(([context, changes]) =>
    changes.reduce<unknown>((value, [pick, put]) => {
      const paths = toPaths(context);
      return withField(value, paths[pick % paths.length] ?? [], put);
    }, context),
  );

/** Refusals come as clean errors, which are told apart by name and message. */
const toRefusal = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

describe('a handler for HTTP, given any event', () => {
  it('makes a request of it, answers 400 and says why, or says what it got instead', async () => {
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const seen: Request[] = [];
        const handler = createHttpHandler((request) => new Response(String(seen.push(request))), { log });
        const answer = handler(given, functionComputeContext) as Promise<HttpResult>;
        const { statusCode } = await answer.catch((error: unknown) => {
          expect(toRefusal(error)).toMatch(
            new RegExp(`^TypeError: (this handler answers HTTP requests: got an? .+|${notJson})$`),
          );
          return { statusCode: undefined };
        });
        expect([seen.length, statusCode]).toEqual(
          seen.length > 0 ? [1, 200] : [0, statusCode === undefined ? undefined : 400],
        );
      }),
    );
  });
});

describe('a handler for timers, given any event', () => {
  it('makes a tick of it, or says what it got instead', async () => {
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const seen: TimerEvent[] = [];
        const handler = createTimerHandler(async (tick) => seen.push(tick), { log });
        const refusal = await handler(given, functionComputeContext).then(() => undefined, toRefusal);
        if (refusal !== undefined)
          expect(refusal).toMatch(
            new RegExp(`^TypeError: (this handler answers timers: got an HTTP request event|${notJson})$`),
          );
        for (const { triggerName, triggerTime, payload } of seen) {
          expect(triggerName).toBeTypeOf('string');
          expect(triggerTime?.getTime()).not.toBeNaN();
          expect(payload === undefined || (typeof payload === 'string' && payload !== '')).toBe(true);
        }
        expect(seen).toHaveLength(refusal === undefined ? 1 : 0);
      }),
    );
  });
});

describe('a handler, given any context', () => {
  it('knows its call by an id and a deadline, or says that it is no context', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: nearContext }, leaf), async (context) => {
        const handler = createTimerHandler(
          async (_, { requestId, retryCount, credentials, remainingMs }) => {
            expect(requestId).not.toBe('');
            expect(retryCount).toBeGreaterThanOrEqual(0);
            expect(remainingMs()).toBeGreaterThanOrEqual(0);
            for (const each of Object.values(credentials ?? {})) expect(each).toBeTypeOf('string');
          },
          { log },
        );
        const refusal = await handler(undefined, context).then(() => undefined, toRefusal);
        expect([undefined, 'TypeError: not a Function Compute or Lambda context']).toContain(refusal);
      }),
    );
  });
});
