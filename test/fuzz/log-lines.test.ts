import { setImmediate } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#core/errors.ts';
import { toDatabaseError } from '#db/database-error.ts';
import { toErrorFields, withPlainErrors } from '../../runtime/error-fields.ts';
import { MAX_LINE_BYTES, toCleanLine } from '../../runtime/log-line.ts';
import { redactText } from '../../runtime/redact.ts';
import { createMemoryLog } from '../runtime/contexts.ts';
import { toLimitMs, toRuns } from './effort.ts';
import { hostileWord } from './hostile-words.ts';

const secret = fc.stringMatching(/^[A-Za-z0-9+/]{16,40}$/);

describe('a text without its credentials', () => {
  const around = fc
    .array(fc.oneof(hostileWord, fc.constantFrom(' ', '&', ',', '{', '\\"', 'token', 'pageToken=a', '://', '@')), {
      maxLength: 3,
    })
    .map((words) => words.join(''));
  const carrier = fc.constantFrom(
    (text: string) => ` password=${text} `,
    (text: string) => ` accessKeySecret: ${text} `,
    (text: string) => ` Authorization: Bearer ${text} `,
    (text: string) => ` postgres://user:${text}@h/d `,
    (text: string) => ` {"securityToken":"${text}"} `,
    (text: string) => ` https://oapi.dingtalk.com/robot/send?access_token=${text}&x=1 `,
    (text: string) => ` https://hooks.slack.com/services/T0/B0/${text} `,
  );
  it('has none of them left, whatever stands around, and comes at once', () => {
    fc.assert(
      fc.property(secret, carrier, around, around, (text, carry, before, after) => {
        expect(redactText(before + carry(text) + after)).not.toContain(text);
      }),
    );
  });

  // With a breath between examples: vitest gives up a worker that is silent for a minute.
  it('takes time by its length alone', { timeout: toLimitMs(60_000) }, async () => {
    const piece = fc.constantFrom(
      '://',
      ':',
      '@',
      '"',
      '\\',
      "'",
      ' ',
      'token',
      'token=',
      'sign',
      'bearer ',
      'a',
      'hooks.slack.com/services/',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 4 }), async (pieces) => {
        await setImmediate();
        const text = pieces.join('').repeat(20_000).slice(0, 60_000);
        const start = process.cpuUsage().user;
        redactText(text);
        expect(process.cpuUsage().user - start).toBeLessThan(2_000_000);
      }),
      { numRuns: toRuns(30) },
    );
  });
});

describe('a line of the log', () => {
  const field = fc.oneof(
    hostileWord,
    fc.constantFrom('level', 'time', 'requestId', 'msg', 'err', 'token', '__proto__', 'toJSON'),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    hostileWord,
    fc.constantFrom('x'.repeat(33_000), Array(9_000).fill('xyz'), Array(9).fill('\u{1f600}'.repeat(1_000)), {
      deep: Array(3_000).fill({ a: 1 }),
    }),
  );
  const entry = fc.dictionary(field, value, { maxKeys: 5 }).map((fields) => JSON.stringify(fields));
  it('is JSON, one line, and no longer than the platform takes, whatever is logged', {
    timeout: toLimitMs(60_000),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          { weight: 4, arbitrary: entry },
          hostileWord,
          value.map((each) => JSON.stringify(each)),
        ),
        async (line) => {
          await setImmediate();
          const clean = toCleanLine(line);
          expect(clean.endsWith('\n') && clean.indexOf('\n') === clean.length - 1).toBe(true);
          expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(MAX_LINE_BYTES + 1);
          expect(JSON.parse(clean)).toBeTypeOf('object');
        },
      ),
    );
  });
});

/** What drivers, SDKs and people throw. */
const odd = fc.oneof(
  hostileWord,
  fc.constantFrom<unknown>(
    undefined,
    null,
    0,
    Symbol('s'),
    Object.create(null),
    {},
    [],
    1n,
    () => 0,
    new Date(Number.NaN),
    { toString: null },
  ),
);
const error = fc.letrec<{ error: unknown }>((tie) => ({
  error: fc.oneof(
    { maxDepth: 4 },
    odd,
    fc
      .record({
        create: fc.constantFrom<(text: string) => Error>(Error, TypeError, (text) => new AggregateError([], text)),
        fields: fc.dictionary(
          fc.constantFrom('name', 'message', 'code', 'stack', 'errors', 'cause', 'toJSON', 'query'),
          fc.oneof(odd, tie('error')),
        ),
        isCircular: fc.boolean(),
      })
      .map(({ create, fields, isCircular }) => {
        const made = create('m');
        // Written when it is first asked for, out of a name that may then be no text.
        void made.stack;
        for (const [name, each] of Object.entries(fields))
          Object.defineProperty(made, name, { value: each, configurable: true, enumerable: true, writable: true });
        return isCircular ? Object.assign(made, { self: made, cause: made }) : made;
      }),
    fc
      .record({ cause: tie('error') })
      .map(({ cause }) => new DrizzleQueryError('select $1', ['a user’s row'], cause as Error)),
  ),
})).error;

describe('whatever is thrown', () => {
  it('is logged as a line, and never breaks the logging of it', () => {
    fc.assert(
      fc.property(error, (thrown) => {
        const { log, entries } = createMemoryLog();
        log.error({ err: thrown }, 'failed');
        expect(entries()).toMatchObject([{ msg: 'failed', level: 'error' }]);
      }),
    );
  });

  it('by the database comes out as an error of ours with a code that is documented, without the statement', () => {
    fc.assert(
      fc.property(error, (thrown) => {
        const { code, message } = toDatabaseError(thrown);
        expect(Object.keys(errorCodes)).toContain(code);
        expect(message).toBeTypeOf('string');
        expect(message).not.toContain('a user’s row');
      }),
    );
  });

  it('has plain fields', () => {
    fc.assert(
      fc.property(error, (thrown) => {
        const plain = thrown instanceof Error ? toErrorFields(thrown) : withPlainErrors(thrown);
        if (thrown instanceof Error)
          expect(plain).toMatchObject({ type: expect.any(String), message: expect.any(String) });
      }),
    );
  });
});
