import type { ChannelName } from '#alerts/channel.ts';
import { createChannels } from '#alerts/channels/index.ts';
import { parseConfig } from '#core/config.ts';
import { type Received, type Reply, startReceiver } from '#scripts/receiver.ts';
import { createDingtalkRobot } from './receivers/dingtalk.ts';
import { createFeishuBot } from './receivers/feishu.ts';
import { createSlackHook } from './receivers/slack.ts';
import { createWebhookReceiver } from './receivers/webhook.ts';
import { chatSecret, hookPaths, token, webhookSecret } from './sample-channels.ts';

export type Answer = (message: Received) => Reply;

/** What each channel's receiver does as documented, on a clock that a test moves (epoch seconds). */
export const doubles: Readonly<Record<ChannelName, (now: () => number) => Answer>> = {
  webhook: () => createWebhookReceiver(webhookSecret),
  dingtalk: (now) => createDingtalkRobot({ token, secret: chatSecret, now }),
  feishu: (now) => createFeishuBot({ token, secret: chatSecret, now }),
  slack: (now) => createSlackHook({ path: hookPaths.slack, now }),
};

/** One message, when it came, and how it was answered. */
interface Arrival extends Received {
  readonly at: number;
  readonly reply: Reply;
}

/** The four channels, each with a receiver that behaves as documented unless its `override` answers for it. */
export async function startAllChannels(now: () => number) {
  const start = async (name: ChannelName) => {
    const behave = doubles[name](now);
    const arrivals: Arrival[] = [];
    const held: { override?: Answer | undefined } = {};
    const receiver = await startReceiver((message) => {
      const reply = held.override?.(message) ?? behave(message);
      arrivals.push({ ...message, at: now(), reply });
      return reply;
    });
    return Object.assign(held, { url: `${receiver.origin}${hookPaths[name]}`, arrivals, receiver });
  };
  const receivers = {
    webhook: await start('webhook'),
    dingtalk: await start('dingtalk'),
    feishu: await start('feishu'),
    slack: await start('slack'),
  };
  const config = parseConfig({
    ALERT_WEBHOOK_URL: receivers.webhook.url,
    ALERT_WEBHOOK_SECRET: webhookSecret,
    ALERT_DINGTALK_URL: receivers.dingtalk.url,
    ALERT_DINGTALK_SECRET: chatSecret,
    ALERT_FEISHU_URL: receivers.feishu.url,
    ALERT_FEISHU_SECRET: chatSecret,
    ALERT_SLACK_URL: receivers.slack.url,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
    PUBLIC_URL: 'https://jobs.example.com',
  });
  return {
    receivers,
    channels: createChannels(config),
    close: () => Promise.all(Object.values(receivers).map(({ receiver }) => receiver[Symbol.asyncDispose]())),
  };
}
