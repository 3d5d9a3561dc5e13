import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelName } from '#alerts/channel.ts';
import { alertRules, type Notification } from '#core/alert-notification.ts';
import { sampleNotification } from '../core/sample-notification.ts';
import { channelNames, sampleChannel } from './sample-channels.ts';

const limits: Readonly<Record<ChannelName, number>> = {
  webhook: 20_000,
  dingtalk: 20_000,
  feishu: 19_850,
  slack: 13_000,
};
const channels = channelNames.map((name) => ({ name, channel: sampleChannel(name, 'http://127.0.0.1:9') }));

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '&'.repeat(400),
    '"\\'.repeat(400),
    '漢'.repeat(500),
    '👍'.repeat(300),
    '<!channel>',
    '\u202e[x](http://evil)',
  ),
);
const time = fc.integer({ min: 0, max: 4_000_000_000 });
const notification: fc.Arbitrary<Notification> = fc.record({
  status: fc.constantFrom('firing', 'resolved'),
  again: fc.boolean(),
  rule: fc.constantFrom(...alertRules),
  source: hostile,
  pipelineId: fc.option(hostile),
  code: fc.option(hostile),
  startsAt: time,
  endsAt: fc.option(time),
  jobs: fc.nat(1_000_000),
  jobsTotal: fc.nat(1_000_000),
  topCodes: fc.array(fc.record({ code: fc.option(hostile), jobs: fc.nat(10_000) }), { maxLength: 8 }),
  examples: fc.array(
    fc.record({ id: hostile, creationTime: time, inputObject: fc.option(hostile), message: fc.option(hostile) }),
    { maxLength: 3 },
  ),
  detail: hostile,
  url: fc.option(fc.webUrl({ withQueryParameters: true })),
});
const bundle = fc
  .tuple(fc.array(notification, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40 }))
  .map(([some, times]) => Array.from({ length: times }, () => some).flat());

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe.each(channels)('packing for $name', ({ name, channel }) => {
  it('keeps every message within its limit and every notification in exactly one, whatever they say', () => {
    fc.assert(
      fc.property(bundle, fc.integer({ min: 1, max: 12 }), (notifications, most) => {
        const messages = channel.pack(notifications, most);
        expect(messages.length).toBeGreaterThan(0);
        expect(messages.length).toBeLessThanOrEqual(most);
        for (const { body } of messages) expect(sizeOf(body)).toBeLessThanOrEqual(limits[name]);
        const parts = messages.flatMap((message) => message.parts);
        expect(parts).toEqual(notifications.map((_, index) => index));
      }),
      { numRuns: 30 },
    );
  });

  it('tells the totals of what each message carries', () => {
    fc.assert(
      fc.property(bundle, fc.integer({ min: 1, max: 3 }), (notifications, most) => {
        for (const { body, parts } of channel.pack(notifications, most)) {
          const jobs = parts.reduce((sum, index) => sum + (notifications[index]?.jobs ?? 0), 0);
          const alerts = parts.length;
          const counts = `${alerts.toLocaleString('en-US')} alert${alerts === 1 ? '' : 's'}, ${jobs.toLocaleString('en-US')} job`;
          expect(JSON.stringify(body)).toContain(counts);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('tells everything in one message where it fits', () => {
    const [message, ...more] = channel.pack([sampleNotification], 5);
    expect(more).toEqual([]);
    const text = JSON.stringify(message?.body);
    for (const fact of [
      '12 jobs failed',
      '0123456789abcdef',
      'does not exist',
      'launch film.mp4',
      '1234|1,234',
      '/jobs?state',
    ])
      expect(text).toMatch(new RegExp(fact.replace('?', '\\?')));
  });

  it('tells ten thousand jobs in five groups in full, in a message or two', () => {
    const groups = Array.from({ length: 5 }, () => ({ ...sampleNotification, jobs: 2000 }));
    const messages = channel.pack(groups, 20);
    expect(messages.length).toBeLessThanOrEqual(2);
    expect(JSON.stringify(messages).split('launch film.mp4')).toHaveLength(6);
  });

  it('counts what even lines have no room for, with a link to the dashboard', () => {
    const many = Array.from({ length: 10_000 }, () => sampleNotification);
    const [message] = channel.pack(many, 1);
    expect(message?.parts).toHaveLength(10_000);
    expect(JSON.stringify(message?.body)).toMatch(/And [\d,]+ more alerts with [\d,]+ jobs/);
    expect(JSON.stringify(message?.body)).toContain('https://jobs.example.com/alerts');
  });

  it('has nothing to send for nothing', () => {
    expect(channel.pack([], 5)).toEqual([]);
  });
});
