import type { Channel, ChannelName } from '#alerts/channel.ts';
import { createChannels } from '#alerts/channels/index.ts';
import { parseConfig } from '#core/config.ts';

export const token = 'tokentokentoken0123456789';
export const chatSecret = 'SECchatsecret0123456789';
export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const channelNames: readonly ChannelName[] = ['webhook', 'dingtalk', 'feishu', 'slack'];

export const hookPaths: Readonly<Record<ChannelName, string>> = {
  webhook: `/in/${token}`,
  dingtalk: `/robot/send?access_token=${token}`,
  feishu: `/open-apis/bot/v2/hook/${token}`,
  slack: `/services/T0/B0/${token}`,
};

const urlVariables = {
  webhook: 'ALERT_WEBHOOK_URL',
  dingtalk: 'ALERT_DINGTALK_URL',
  feishu: 'ALERT_FEISHU_URL',
  slack: 'ALERT_SLACK_URL',
} as const;

/** One channel, pointed at a receiver on this machine, which is allowed unless `env` says otherwise. */
export function sampleChannel(
  name: ChannelName,
  origin: string,
  options: { readonly env?: Record<string, string>; readonly timeoutMs?: number } = {},
): Channel {
  const config = parseConfig({
    ALERT_WEBHOOK_SECRET: webhookSecret,
    ALERT_DINGTALK_SECRET: chatSecret,
    ALERT_FEISHU_SECRET: chatSecret,
    ALERT_ALLOW_HOSTS: '127.0.0.1',
    PUBLIC_URL: 'https://jobs.example.com',
    [urlVariables[name]]: `${origin}${hookPaths[name]}`,
    ...options.env,
  });
  const [channel] = createChannels(config, options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs });
  if (channel?.name !== name) throw new Error(`no channel ${name}`);
  return channel;
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);
export const toAttempt = (now: number, id = 'msg_0001') => ({ id, now, signal: new AbortController().signal });
