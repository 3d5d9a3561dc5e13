import { createHmac } from 'node:crypto';
import type { Channel } from '#alerts/channel.ts';
import { type ChannelOptions, createDelivery, type Verdict } from '#alerts/delivery.ts';
import { readJsonObject } from '#alerts/json-answer.ts';
import { readable } from '#alerts/limits.ts';
import { type Layout, packAlerts, toBytes } from '#alerts/pack.ts';
import { type AlertText, toLink } from '#core/alert-text.ts';
import type { Json } from '#core/json.ts';

/**
 * A Feishu or Lark custom bot: a card, at most 100 messages a minute, 5 a second and 20 kB; success is `code` 0 (formerly
 * `StatusCode` 0) and never the HTTP status. With a secret the body is signed: base64 of HMAC-SHA256 over nothing, keyed
 * with the time in seconds, a line end and the secret; the time may be an hour off. Texts are `plain_text`, in which
 * nothing is markup, mentions included.
 * Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export function createFeishuChannel({ url, secret, dashboard, sender }: ChannelOptions): Channel {
  return {
    name: 'feishu',
    limits: [{ count: 5, seconds: 1 }, { count: 100, seconds: 60 }, readable],
    pack: (notifications, most) => packAlerts(notifications, { most, layout, dashboard }),
    deliver: createDelivery({
      sender,
      judge: judgeFeishu,
      toRequest: (body, { now }) => {
        const sign = secret === undefined ? undefined : signFeishu(secret, now);
        const signed = sign === undefined ? body : { timestamp: String(now), sign, ...toObject(body) };
        return { url, headers: {}, text: JSON.stringify(signed), secrets: [secret, sign] };
      },
    }),
  };
}

/** The `sign` field. */
export const signFeishu = (secret: string, seconds: number): string =>
  createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64');

const toObject = (body: Json) => (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {});

const layout: Layout<readonly Json[]> = {
  toPiece: toElements,
  toCost: (piece) => ({ bytes: toBytes(piece) + toBytes(line), blocks: piece.length + 1 }),
  capacity: { bytes: 17_500, blocks: 45 },
  toBody: ({ title, pieces, tail, dashboard, notifications }) => ({
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: {
        title: plain(title),
        template: notifications.some(({ status }) => status === 'firing') ? 'red' : 'green',
      },
      elements: [
        ...pieces.flatMap((piece, index) => (index === 0 ? piece : [line, ...piece])),
        ...(tail ? [line, div(tail), ...link('Open the dashboard', toLink(dashboard))] : []),
      ],
    },
  }),
};

const line = { tag: 'hr' };
const plain = (content: string) => ({ tag: 'plain_text', content });
const div = (content: string) => ({ tag: 'div', text: plain(content) });

function link(words: string, url: string | null): Json[] {
  return url === null
    ? []
    : [{ tag: 'action', actions: [{ tag: 'button', text: plain(words), type: 'default', url }] }];
}

function toElements({ title, facts, url }: AlertText): Json[] {
  const lines = facts.map(({ label, text }) => `${label}: ${text}`);
  return [div([title, ...lines].join('\n')), ...link('Open these jobs', url)];
}

/** Frequency limits: what both Feishu and its users report for too many messages. */
const busyCodes: readonly unknown[] = [9499, 11232, 11233];
const busySeconds = 60;

/** Codes that only somebody who changes the set-up can mend. */
const refusals: Readonly<Record<number, string>> = {
  19001: 'the bot does not exist: check ALERT_FEISHU_URL',
  19002: 'the message was not understood',
  19007: 'the bot is not enabled: enable it in the group',
  19021: 'the signature does not match: check ALERT_FEISHU_SECRET and the clock',
  19022: 'the IP list of the bot refuses this address',
  19024: 'a keyword of the bot is missing: mps-sync is in every message',
};

/** What an answer of HTTP status 2xx means. */
function judgeFeishu(text: string): Verdict {
  const { code, StatusCode, msg, StatusMessage } = readJsonObject(text);
  const said = code ?? StatusCode;
  if (typeof said !== 'number') return { outcome: 'retry', words: `no code in the answer: ${text}` };
  const words = `code ${said} ${[msg, StatusMessage].find((each) => typeof each === 'string') ?? ''}`;
  if (said === 0) return { outcome: 'delivered', words };
  if (busyCodes.includes(said)) return { outcome: 'retry', words, retryAfterSeconds: busySeconds };
  const why = refusals[said];
  return why ? { outcome: 'refused', words: `${words} (${why})` } : { outcome: 'retry', words };
}
