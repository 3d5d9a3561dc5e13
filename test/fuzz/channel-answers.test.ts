import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllChannels } from '../alerts/all-channels.ts';
import { channelNames, chatSecret, webhookSecret } from '../alerts/sample-channels.ts';
import { sampleNotification } from '../core/sample-notification.ts';
import { toLimitMs } from './effort.ts';
import { headerWord, hostileWord } from './hostile-words.ts';

const held: { all?: Awaited<ReturnType<typeof startAllChannels>> } = {};
beforeAll(async () => {
  held.all = await startAllChannels(() => 1_769_846_700);
});
afterAll(() => held.all?.close());

/** Answers that look nearly right, and such as no receiver gives. */
const text = fc.oneof(
  hostileWord,
  fc.json({ maxDepth: 2 }),
  fc
    .record({ errcode: fc.jsonValue(), code: fc.jsonValue(), StatusCode: fc.jsonValue(), errmsg: fc.jsonValue() })
    .map((fields) => JSON.stringify(fields)),
);
const reply = fc.oneof(
  { weight: 1, arbitrary: fc.constant('reset' as const) },
  {
    weight: 20,
    arbitrary: fc.record({
      status: fc.oneof(
        fc.constantFrom(200, 204, 301, 302, 400, 410, 429, 500, 503),
        fc.integer({ min: 200, max: 599 }),
      ),
      text: text.map((word) => word.toWellFormed()),
      headers: fc.dictionary(fc.constantFrom('retry-after', 'content-type', 'x-anything'), headerWord, { maxKeys: 2 }),
    }),
  },
);

describe.each(channelNames)('%s, answered anything', (name) => {
  it('never throws, comes to a verdict, and repeats none of its secrets', { timeout: toLimitMs(60_000) }, async () => {
    const channel = held.all?.channels.find((each) => each.name === name);
    const receiver = held.all?.receivers[name];
    const [message] = channel?.pack([sampleNotification], 1) ?? [];
    if (!channel || !receiver || !message) throw new Error('there is no such channel');
    await fc.assert(
      fc.asyncProperty(reply, async (given) => {
        receiver.override = () => given;
        const attempt = { id: 'msg_1', now: 1_769_846_700, signal: AbortSignal.timeout(5_000) };
        const { outcome, answer, retryAfterSeconds = 0 } = await channel.deliver(message.body, attempt);
        expect(['delivered', 'retry', 'refused', 'gone']).toContain(outcome);
        expect(answer.length).toBeLessThan(2_000);
        expect(answer).not.toContain(chatSecret);
        expect(answer).not.toContain(webhookSecret);
        expect(retryAfterSeconds).toBeGreaterThanOrEqual(0);
        if (outcome === 'delivered')
          expect(given).toMatchObject({ status: expect.toSatisfy((status) => status < 300) });
      }),
    );
  });
});
