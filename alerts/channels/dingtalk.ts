import { createHmac } from 'node:crypto';
import type { Channel } from '#alerts/channel.ts';
import { type ChannelOptions, createDelivery, type Verdict } from '#alerts/delivery.ts';
import { readJsonObject } from '#alerts/json-answer.ts';
import { readable } from '#alerts/limits.ts';
import { type Layout, packAlerts, toBytes } from '#alerts/pack.ts';
import { type AlertText, toLink } from '#core/alert-text.ts';

/**
 * A DingTalk group robot: markdown, at most 20 messages a minute (ten minutes' ban beyond) and 20,000 bytes, success
 * is `errcode` 0 and never the HTTP status. With a secret the URL is signed: base64 of HMAC-SHA256, keyed with the secret,
 * over the time in milliseconds, a line end and the secret; the time may be an hour off.
 * Sources: https://open.dingtalk.com/document/orgapp/custom-robot-access and
 * https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
 */
export function createDingtalkChannel({ url, secret, dashboard, sender }: ChannelOptions): Channel {
  return {
    name: 'dingtalk',
    limits: [readable],
    pack: (notifications, most) => packAlerts(notifications, { most, layout, dashboard }),
    deliver: createDelivery({
      sender,
      judge: judgeDingtalk,
      toRequest: (body, { now }) => {
        const signature = secret === undefined ? undefined : signDingtalk(secret, now * 1000);
        const target = new URL(url);
        if (signature) target.searchParams.set('timestamp', String(now * 1000));
        if (signature) target.searchParams.set('sign', signature);
        return { url: target.href, headers: {}, text: JSON.stringify(body), secrets: [secret, signature] };
      },
    }),
  };
}

/** The `sign` parameter, not yet URL-encoded. */
export const signDingtalk = (secret: string, milliseconds: number): string =>
  createHmac('sha256', secret).update(`${milliseconds}\n${secret}`).digest('base64');

/** DingTalk documents no escape: what its markdown would read as markup is written with full-width twins. */
const twins: Readonly<Record<string, string>> = Object.fromEntries(
  [...'[]<>*`#!|~_\\'].map((character) => [character, String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)]),
);
/** Text that stays text; a name with an underscore inside stays as it is, since that is no markup. */
export const escapeDingtalk = (text: string): string =>
  text
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|[[\]<>*`#!|~\\]/gu, (character) => twins[character] ?? character)
    .replaceAll('://', ':／／')
    .replaceAll('@', '＠');

const layout: Layout<string> = {
  toPiece: toMarkdown,
  toCost: (piece) => ({ bytes: toBytes(piece) + toBytes(separator), blocks: 1 }),
  capacity: { bytes: 18_000, blocks: 1000 },
  toBody: ({ title, pieces, tail, dashboard }) => ({
    msgtype: 'markdown',
    markdown: {
      title: escapeDingtalk(title),
      text: [`### ${title}`, ...pieces, ...(tail ? [toTail(tail, dashboard)] : [])].join(separator),
    },
    at: { isAtAll: false },
  }),
};
const separator = '\n\n---\n\n';

const toTail = (tail: string, dashboard: string | null) =>
  toLink(dashboard) === null ? tail : `${tail}\n\n[Open the dashboard](${toTarget(dashboard ?? '')})`;

function toMarkdown({ title, facts, url }: AlertText): string {
  const lines = facts.map(({ label, text }) => `- **${label}**: ${escapeDingtalk(text)}`);
  const link = url === null ? [] : [`[Open these jobs](${toTarget(url)})`];
  return [`**${escapeDingtalk(title)}**`, ...(lines.length > 0 ? [lines.join('\n')] : []), ...link].join('\n\n');
}

/** Parentheses would end the target of a link. */
const toTarget = (url: string) => url.replaceAll('(', '%28').replaceAll(')', '%29');

/** The robot is banned for ten minutes once it went over 20 a minute. */
const bannedSeconds = 600;

/** Codes that only somebody who changes the set-up can mend. */
const refusals: Readonly<Record<number, string>> = {
  310000:
    'a security setting of the robot refuses: check ALERT_DINGTALK_SECRET, the keywords (mps-sync is in every message) and the IP list',
  300001: 'the access token does not exist: check ALERT_DINGTALK_URL',
  400101: 'the access token does not exist: check ALERT_DINGTALK_URL',
  400102: 'the robot is stopped: enable it in the group',
  400106: 'the robot was removed: add one and set ALERT_DINGTALK_URL',
  400013: 'the group was dissolved: set ALERT_DINGTALK_URL for another',
  430101: 'a link in the message was judged unsafe',
  430102: 'a text in the message was judged improper',
  430104: 'the message was judged improper',
  460101: 'the message was too long',
};

/** What an answer of HTTP status 2xx means. */
function judgeDingtalk(text: string): Verdict {
  const { errcode, errmsg } = readJsonObject(text);
  if (typeof errcode !== 'number') return { outcome: 'retry', words: `no errcode in the answer: ${text}` };
  const words = `errcode ${errcode} ${typeof errmsg === 'string' ? errmsg : ''}`;
  if (errcode === 0) return { outcome: 'delivered', words };
  if (errcode === 130101 || errcode === 410100) return { outcome: 'retry', words, retryAfterSeconds: bannedSeconds };
  const why = refusals[errcode];
  return why ? { outcome: 'refused', words: `${words} (${why})` } : { outcome: 'retry', words };
}
