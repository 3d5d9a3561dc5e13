import type { Channel } from '#alerts/channel.ts';
import { createDingtalkChannel } from '#alerts/channels/dingtalk.ts';
import { createFeishuChannel } from '#alerts/channels/feishu.ts';
import { createSlackChannel } from '#alerts/channels/slack.ts';
import { createWebhookChannel } from '#alerts/channels/webhook.ts';
import { createSender, type SenderOptions } from '#alerts/send.ts';
import type { Config } from '#core/config.ts';
import { AppError } from '#core/errors.ts';

/** The variables that say where alerts go. */
export type ChannelConfig = Pick<
  Config,
  | 'ALERT_WEBHOOK_URL'
  | 'ALERT_WEBHOOK_SECRET'
  | 'ALERT_DINGTALK_URL'
  | 'ALERT_DINGTALK_SECRET'
  | 'ALERT_FEISHU_URL'
  | 'ALERT_FEISHU_SECRET'
  | 'ALERT_SLACK_URL'
  | 'ALERT_ALLOW_HOSTS'
  | 'PUBLIC_URL'
>;

/**
 * The channels that are configured, none being an empty list. Throws `config_invalid` for a webhook without a secret:
 * nobody could tell its messages from another's.
 */
export function createChannels(
  config: ChannelConfig,
  options: Pick<SenderOptions, 'timeoutMs' | 'resolve'> = {},
): Channel[] {
  const sender = createSender({ allowedHosts: config.ALERT_ALLOW_HOSTS ?? [], ...options });
  const common = { sender, dashboard: config.PUBLIC_URL === undefined ? null : `${config.PUBLIC_URL}/alerts` };
  const { ALERT_WEBHOOK_URL: webhook, ALERT_DINGTALK_URL: dingtalk, ALERT_FEISHU_URL: feishu } = config;
  const slack = config.ALERT_SLACK_URL;
  const channels: Channel[] = [];
  if (webhook) channels.push(createWebhookChannel({ ...common, url: webhook, secrets: toWebhookSecrets(config) }));
  if (dingtalk)
    channels.push(createDingtalkChannel({ ...common, url: dingtalk, secret: config.ALERT_DINGTALK_SECRET }));
  if (feishu) channels.push(createFeishuChannel({ ...common, url: feishu, secret: config.ALERT_FEISHU_SECRET }));
  if (slack) channels.push(createSlackChannel({ ...common, url: slack }));
  return channels;
}

function toWebhookSecrets({ ALERT_WEBHOOK_SECRET: secrets }: ChannelConfig): readonly string[] {
  if (secrets) return secrets;
  throw new AppError(
    'config_invalid',
    'ALERT_WEBHOOK_SECRET is not set: ALERT_WEBHOOK_URL needs one, such as whsec_ and the base64 of 32 random bytes',
  );
}
