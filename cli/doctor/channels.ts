import { GuardError, lookUp } from '#alerts/guard.ts';
import { type Finding, inArea, withinMs } from '#cli/doctor/check.ts';
import type { Config } from '#core/config.ts';

interface ChannelSettings {
  readonly name: string;
  readonly url: string | undefined;
  readonly secret: boolean;
  /** The variable of its secret; Slack's URL is its own. */
  readonly secretVariable?: string;
}

const area = 'alerts';

/** Where alerts would go: what is configured, and whether its address may be sent to. Nothing is sent. */
export async function checkChannels(config: Config, timeoutMs: number): Promise<Finding[]> {
  const { warn } = inArea(area);
  const channels = toChannels(config).filter(({ url, secret }) => url !== undefined || secret);
  const allowedHosts = config.ALERT_ALLOW_HOSTS ?? [];
  const look = (channel: ChannelSettings) => checkAddress(checkChannel(channel), channel, { allowedHosts, timeoutMs });
  if (channels.length > 0) return Promise.all(channels.map(look));
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

/** A channel that is configured well may still lead nowhere, or where nothing is sent to. */
async function checkAddress(
  finding: Finding,
  { name, url }: ChannelSettings,
  { allowedHosts, timeoutMs }: { allowedHosts: readonly string[]; timeoutMs: number },
): Promise<Finding> {
  if (finding.status !== 'ok' || url === undefined) return finding;
  const { warn, fail } = inArea(area);
  try {
    await withinMs(timeoutMs, 'looking it up', lookUp(new URL(url), allowedHosts));
    return finding;
  } catch (error) {
    if (error instanceof GuardError) return fail(name, error.message, 'Name it there, or use a public address.');
    const remedy = 'Look at its spelling; where only the functions can look it up, all is well.';
    return warn(name, `${new URL(url).host} cannot be looked up from here`, remedy);
  }
}

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
