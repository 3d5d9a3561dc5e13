import { type Finding, inArea } from '#cli/doctor/check.ts';
import type { Config } from '#core/config.ts';

interface ChannelSettings {
  readonly name: string;
  readonly url: string | undefined;
  readonly secret: boolean;
  /** The variable of its secret; Slack's URL is its own. */
  readonly secretVariable?: string;
}

const area = 'alerts';

/** Where alerts would go, by the configuration alone: nothing is sent. Pure. */
export function checkChannels(config: Config): Finding[] {
  const { warn } = inArea(area);
  const channels = toChannels(config).filter(({ url, secret }) => url !== undefined || secret);
  if (channels.length > 0) return channels.map(checkChannel);
  const remedy = 'Set ALERT_WEBHOOK_URL, ALERT_DINGTALK_URL, ALERT_FEISHU_URL or ALERT_SLACK_URL.';
  return [warn('channels', 'none is set: nobody is told when a job fails', remedy)];
}

const toChannels = (config: Config): ChannelSettings[] => [
  {
    name: 'webhook',
    url: config.ALERT_WEBHOOK_URL,
    secret: config.ALERT_WEBHOOK_SECRET !== undefined,
    secretVariable: 'ALERT_WEBHOOK_SECRET',
  },
  {
    name: 'dingtalk',
    url: config.ALERT_DINGTALK_URL,
    secret: config.ALERT_DINGTALK_SECRET !== undefined,
    secretVariable: 'ALERT_DINGTALK_SECRET',
  },
  {
    name: 'feishu',
    url: config.ALERT_FEISHU_URL,
    secret: config.ALERT_FEISHU_SECRET !== undefined,
    secretVariable: 'ALERT_FEISHU_SECRET',
  },
  { name: 'slack', url: config.ALERT_SLACK_URL, secret: false },
];

/** The path of a chat's URL is a secret: only its host is shown. */
function checkChannel({ name, url, secret, secretVariable }: ChannelSettings): Finding {
  const { ok, warn, fail } = inArea(area);
  if (url === undefined) {
    return fail(name, `${secretVariable} is set and its URL is not`, `Set ALERT_${name.toUpperCase()}_URL too.`);
  }
  const { host, protocol } = new URL(url);
  if (name === 'webhook' && !secret)
    return fail(name, `${host}, without a secret to sign with`, `Set ${secretVariable}.`);
  if (protocol !== 'https:')
    return warn(name, `${host}, over plain HTTP`, 'Use an https address outside of your own network.');
  return ok(name, secret ? `${host}, signed` : host);
}
