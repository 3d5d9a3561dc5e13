import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { ChannelName } from '#alerts/channel.ts';
import { signDingtalk } from '#alerts/channels/dingtalk.ts';
import { signFeishu } from '#alerts/channels/feishu.ts';
import { createChannels } from '#alerts/channels/index.ts';
import { type Reply, startReceiver } from '#scripts/receiver.ts';
import { countFollowers } from '../core/followers.ts';
import { sampleNotification } from '../core/sample-notification.ts';
import { type Answer, doubles } from './all-channels.ts';
import { createWebhookReceiver } from './receivers/webhook.ts';
import {
  channelNames,
  chatSecret,
  hookPaths,
  nowSeconds,
  sampleChannel,
  toAttempt,
  token,
  webhookSecret,
} from './sample-channels.ts';

const bodyFor = (name: ChannelName) =>
  sampleChannel(name, 'http://127.0.0.1:9').pack([sampleNotification], 1)[0]?.body ?? null;

async function deliverTo(answer: Answer, name: ChannelName, options: Parameters<typeof sampleChannel>[2] = {}) {
  await using receiver = await startReceiver(answer);
  const channel = sampleChannel(name, receiver.origin, options);
  const result = await channel.deliver(bodyFor(name), toAttempt(nowSeconds()));
  return { ...result, received: receiver.received };
}

describe.each(channelNames)('delivery to %s', (name) => {
  it('is accepted by a receiver that behaves as documented, and signed anew at every attempt', async () => {
    let now = nowSeconds();
    await using receiver = await startReceiver(doubles[name](() => now));
    const channel = sampleChannel(name, receiver.origin);
    for (const wait of name === 'webhook' ? [0, 120, 60] : [0, 5, 7200]) {
      now += wait;
      expect(await channel.deliver(bodyFor(name), toAttempt(now))).toMatchObject({ outcome: 'delivered' });
    }
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(name === 'feishu' ? 3 : 1);
  });

  it('takes every message of a thousand hostile notifications', async () => {
    let now = nowSeconds();
    await using receiver = await startReceiver(doubles[name](() => now));
    const channel = sampleChannel(name, receiver.origin);
    const hostile = '<!channel> @all <at id=all></at> [x](http://evil) **"\\漢👍\u202e&'.repeat(30);
    const example = { id: hostile, creationTime: 0, inputObject: hostile, message: hostile };
    const one = { ...sampleNotification, code: hostile, detail: hostile, examples: [example, example, example] };
    for (const { body } of channel.pack(
      Array.from({ length: 1000 }, () => one),
      8,
    )) {
      now += name === 'webhook' ? 0 : 4;
      expect(await channel.deliver(body, toAttempt(now))).toMatchObject({ outcome: 'delivered' });
    }
    expect(receiver.received).toHaveLength(8);
  });

  it.each<[string, Reply, string, number | null]>([
    ['a server error', { status: 503, headers: { 'retry-after': '120' }, text: 'busy' }, 'retry', 503],
    ['too many requests', { status: 429, headers: { 'retry-after': '120' } }, 'retry', 429],
    ['gone', { status: 410 }, 'gone', 410],
    ['a redirect, which is not followed', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'retry', 307],
    ['a reset', 'reset', 'retry', null],
  ])('judges %s', async (_, reply, outcome, status) => {
    const result = await deliverTo(() => reply, name);
    expect(result).toMatchObject({ outcome, status });
    expect(result.received).toHaveLength(1);
    expect(result.retryAfterSeconds).toBe(status === 503 || status === 429 ? 120 : undefined);
    expect(result.answer).not.toBe('');
  });

  it.each(['hang', 'drip'] as const)('gives up on a receiver that would %s for ever', async (reply) => {
    const started = performance.now();
    const result = await deliverTo(() => reply, name, { timeoutMs: 300 });
    expect(result).toMatchObject({ outcome: 'retry', status: null, answer: 'no complete answer within 0.3 s' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('leaves nothing with the signal that could have stopped it', async () => {
    await using receiver = await startReceiver(doubles[name](nowSeconds));
    const attempt = toAttempt(nowSeconds());
    await sampleChannel(name, receiver.origin).deliver(bodyFor(name), attempt);
    expect(countFollowers(attempt.signal)).toBe(0);
  });

  it('stops when it is told to', async () => {
    await using receiver = await startReceiver(() => 'hang');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const attempt = { ...toAttempt(nowSeconds()), signal: stop.signal };
    const result = await sampleChannel(name, receiver.origin).deliver(bodyFor(name), attempt);
    expect(result).toMatchObject({ outcome: 'retry', status: null, answer: 'stopped before an answer came' });
  });

  it('sends nothing when it was told to stop before, and nothing is left to break the process', async () => {
    await using receiver = await startReceiver(() => ({ status: 204 }));
    const attempt = { ...toAttempt(nowSeconds()), signal: AbortSignal.abort() };
    const result = await sampleChannel(name, receiver.origin).deliver(bodyFor(name), attempt);
    expect(result).toMatchObject({ outcome: 'retry', status: null, answer: 'stopped before an answer came' });
    await delay(50);
    expect(receiver.received).toEqual([]);
  });

  it('tells of a refused connection, and of a private address that nobody allowed', async () => {
    const closed = await sampleChannel(name, 'http://127.0.0.1:1').deliver(bodyFor(name), toAttempt(nowSeconds()));
    expect(closed).toMatchObject({ outcome: 'retry', status: null, answer: 'no answer: ECONNREFUSED' });
    const result = await deliverTo(() => ({ status: 204 }), name, { env: { ALERT_ALLOW_HOSTS: 'other' } });
    expect(result).toMatchObject({ outcome: 'refused', status: null, received: [] });
    expect(result.answer).toBe(
      '127.0.0.1 is a private address: name it in ALERT_ALLOW_HOSTS if alerts should go there',
    );
  });

  it('tells no secret, even where the receiver sends back all that it got, in any spelling', async () => {
    const echo: Answer = ({ path, headers, text }) => ({
      status: 400,
      text: JSON.stringify({ path, decoded: decodeURIComponent(path), headers, sign: JSON.parse(text).sign }),
    });
    const result = await deliverTo(echo, name);
    const { path = '', headers, text = '' } = result.received[0] ?? {};
    const sent = new URL(path, 'http://h').searchParams.get('sign') ?? String(JSON.parse(text).sign ?? '');
    const signature = headers?.['webhook-signature']?.slice(3) ?? sent;
    const told = JSON.stringify([result.outcome, result.status, result.answer]);
    for (const secret of [token, chatSecret, webhookSecret, signature, encodeURIComponent(signature)].filter(Boolean))
      expect(told).not.toContain(secret);
    expect(told).toContain('[hidden]');
  });
});

describe('what a chat says in its answer', () => {
  const says =
    (fields: object): Answer =>
    () => ({ status: 200, text: JSON.stringify(fields) });

  it.each<[ChannelName, object, string, number | undefined]>([
    ['dingtalk', { errcode: 0, errmsg: 'ok' }, 'delivered', undefined],
    ['dingtalk', { errcode: 130101, errmsg: 'send too fast' }, 'retry', 600],
    ['dingtalk', { errcode: 410100, errmsg: 'too fast' }, 'retry', 600],
    ['dingtalk', { errcode: 310000, errmsg: 'keywords not in content' }, 'refused', undefined],
    ['dingtalk', { errcode: 300001, errmsg: 'token is not exist' }, 'refused', undefined],
    ['dingtalk', { errcode: 460101, errmsg: 'too long' }, 'refused', undefined],
    ['dingtalk', { errcode: -1, errmsg: 'busy' }, 'retry', undefined],
    ['dingtalk', { errcode: '0' }, 'retry', undefined],
    ['dingtalk', [], 'retry', undefined],
    ['feishu', { code: 0 }, 'delivered', undefined],
    ['feishu', { StatusCode: 0, StatusMessage: 'success' }, 'delivered', undefined],
    ['feishu', { code: 9499, msg: 'too many request' }, 'retry', 60],
    ['feishu', { code: 11232, msg: 'frequency limited' }, 'retry', 60],
    ['feishu', { code: 19021, msg: 'sign match fail' }, 'refused', undefined],
    ['feishu', { code: 19024, msg: 'Key Words Not Found' }, 'refused', undefined],
    ['feishu', { code: 42, msg: 'new' }, 'retry', undefined],
    ['feishu', {}, 'retry', undefined],
    ['slack', { ok: true }, 'delivered', undefined],
    ['slack', { ok: false, error: 'invalid_blocks' }, 'refused', undefined],
    ['slack', { ok: false, error: 'fatal_error' }, 'retry', undefined],
  ])('%s: %j is %s, in spite of its HTTP status 200', async (name, fields, outcome, retryAfterSeconds) => {
    const result = await deliverTo(says(fields), name);
    expect([result.outcome, result.retryAfterSeconds]).toEqual([outcome, retryAfterSeconds]);
  });

  it.each<[Reply & object, string]>([
    [{ status: 200, text: 'ok' }, 'delivered'],
    [{ status: 200, text: '<html>' }, 'retry'],
    [{ status: 400, text: 'invalid_payload' }, 'refused'],
    [{ status: 403, text: 'action_prohibited' }, 'refused'],
    [{ status: 404, text: 'no_service' }, 'refused'],
    [{ status: 404, text: '<html>' }, 'retry'],
    [{ status: 410, text: 'channel_is_archived' }, 'gone'],
    [{ status: 500, text: 'rollup_error' }, 'retry'],
  ])('slack: %j is %s', async (reply, outcome) => {
    expect((await deliverTo(() => reply, 'slack')).outcome).toBe(outcome);
  });

  it('names the remedy', async () => {
    expect((await deliverTo(says({ errcode: 300001 }), 'dingtalk')).answer).toContain('check ALERT_DINGTALK_URL');
    expect((await deliverTo(says({ code: 19021 }), 'feishu')).answer).toContain('check ALERT_FEISHU_SECRET');
    expect((await deliverTo(() => ({ status: 404, text: 'no_service' }), 'slack')).answer).toContain('ALERT_SLACK_URL');
  });

  it('is read to a few kilobytes and told in one line', async () => {
    const result = await deliverTo(() => ({ status: 500, text: 'x\n'.repeat(5_000_000) }), 'webhook');
    expect(result.outcome).toBe('retry');
    expect(result.answer).toMatch(/^HTTP 500: x x [x ]*…$/);
    expect(result.answer.length).toBeLessThanOrEqual(300);
  });

  it('asks to wait until a date, at most a day', async () => {
    const at = (seconds: number) => ({ 'retry-after': new Date((nowSeconds() + seconds) * 1000).toUTCString() });
    const soon = await deliverTo(() => ({ status: 503, headers: at(90) }), 'slack');
    expect(soon.retryAfterSeconds).toBeGreaterThan(80);
    expect(soon.retryAfterSeconds).toBeLessThanOrEqual(100);
    expect((await deliverTo(() => ({ status: 503, headers: at(-90) }), 'slack')).retryAfterSeconds).toBeUndefined();
    expect((await deliverTo(() => ({ status: 503, headers: at(1e6) }), 'slack')).retryAfterSeconds).toBe(86_400);
  });
});

describe('limits, as the receivers enforce them', () => {
  it('DingTalk bans for ten minutes after twenty a minute, and the answer says how long to wait', async () => {
    let now = nowSeconds();
    await using receiver = await startReceiver(doubles.dingtalk(() => now));
    const channel = sampleChannel('dingtalk', receiver.origin);
    const send = () => channel.deliver(bodyFor('dingtalk'), toAttempt(now));
    for (let sent = 0; sent < 20; sent++) expect((await send()).outcome).toBe('delivered');
    expect(await send()).toMatchObject({ outcome: 'retry', retryAfterSeconds: 600 });
    now += 599;
    expect((await send()).outcome).toBe('retry');
    now += 1;
    expect((await send()).outcome).toBe('delivered');
    expect(channel.limits).toContainEqual({ count: 20, seconds: 60 });
  });

  it('Slack takes one a second, Feishu five', async () => {
    const now = nowSeconds();
    for (const [name, count] of [
      ['slack', 1],
      ['feishu', 5],
    ] as const) {
      await using receiver = await startReceiver(doubles[name](() => now));
      const channel = sampleChannel(name, receiver.origin);
      for (let sent = 0; sent < count; sent++)
        expect((await channel.deliver(bodyFor(name), toAttempt(now))).outcome).toBe('delivered');
      expect(await channel.deliver(bodyFor(name), toAttempt(now))).toMatchObject({ outcome: 'retry' });
      expect(channel.limits).toContainEqual({ count, seconds: 1 });
    }
  });
});

describe('signatures', () => {
  it('are those of the reference vector of Standard Webhooks', () => {
    const signer = new Webhook(webhookSecret);
    expect(signer.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('of a webhook carry id and time, one signature a secret, and each secret verifies', async () => {
    const other = `whsec_${Buffer.from('another secret of 32 bytes long!').toString('base64')}`;
    const env = { ALERT_WEBHOOK_SECRET: `${webhookSecret}, ${other}` };
    for (const secret of [webhookSecret, other]) {
      const result = await deliverTo(createWebhookReceiver(secret), 'webhook', { env });
      expect(result.outcome).toBe('delivered');
      expect(result.received[0]?.headers).toMatchObject({ 'webhook-id': 'msg_0001' });
      expect(result.received[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    }
    expect((await deliverTo(createWebhookReceiver(other), 'webhook')).status).toBe(401);
  });

  it('of a webhook are refused by the verifier when an old attempt is replayed, and taken when it is retried', async () => {
    const old = nowSeconds() - 3600;
    await using receiver = await startReceiver(createWebhookReceiver(webhookSecret));
    const channel = sampleChannel('webhook', receiver.origin);
    expect(await channel.deliver(bodyFor('webhook'), toAttempt(old))).toMatchObject({ outcome: 'retry', status: 401 });
    expect(await channel.deliver(bodyFor('webhook'), toAttempt(nowSeconds()))).toMatchObject({ outcome: 'delivered' });
    expect(receiver.received[0]?.text).toBe(receiver.received[1]?.text);
  });

  it('of DingTalk and Feishu are those that openssl computes', () => {
    expect(signDingtalk('this is secret', 1_577_262_236_757)).toBe('hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=');
    expect(signFeishu('demo', 1_599_360_473)).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
  });

  it('are left out where there is no secret', async () => {
    const ding = await deliverTo(() => ({ status: 200, text: '{"errcode":0}' }), 'dingtalk', {
      env: { ALERT_DINGTALK_SECRET: '' },
    });
    expect(ding.received[0]?.path).toBe(hookPaths.dingtalk);
    const feishu = await deliverTo(() => ({ status: 200, text: '{"code":0}' }), 'feishu', {
      env: { ALERT_FEISHU_SECRET: '' },
    });
    expect(Object.keys(JSON.parse(feishu.received[0]?.text ?? '{}'))).toEqual(['msg_type', 'card']);
  });
});

describe('the channels', () => {
  it('are those that have a URL', () => {
    const url = 'https://hooks.example.com/x';
    expect(createChannels({} as never)).toEqual([]);
    const all = {
      ALERT_WEBHOOK_URL: url,
      ALERT_WEBHOOK_SECRET: [webhookSecret],
      ALERT_DINGTALK_URL: url,
      ALERT_FEISHU_URL: url,
    };
    expect(createChannels({ ...all, ALERT_SLACK_URL: url } as never).map(({ name }) => name)).toEqual(channelNames);
  });

  it('do not start with a webhook that has no secret', () => {
    expect(() => sampleChannel('webhook', 'http://h', { env: { ALERT_WEBHOOK_SECRET: '' } })).toThrow(
      /ALERT_WEBHOOK_SECRET is not set/,
    );
  });
});
