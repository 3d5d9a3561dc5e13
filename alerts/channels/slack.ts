import type { Channel } from '#alerts/channel.ts';
import { type ChannelOptions, createDelivery, type Verdict } from '#alerts/delivery.ts';
import { readJsonObject } from '#alerts/json-answer.ts';
import { readable } from '#alerts/limits.ts';
import { type Layout, packAlerts, toBytes } from '#alerts/pack.ts';
import { type AlertText, toLink } from '#core/alert-text.ts';
import type { Json } from '#core/json.ts';

/**
 * A Slack incoming webhook: blocks, at most 50 of them with 3,000 characters a text, one message a second; success is the
 * word `ok`. The whole may hold some 13,000 characters, which no page says: `msg_blocks_too_long` beyond.
 * `&`, `<` and `>` are all that Slack asks to be escaped; texts are `plain_text`, which knows no other markup.
 * Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/reference/block-kit/blocks,
 * https://docs.slack.dev/apis/web-api/rate-limits, https://github.com/slackapi/bolt-js/issues/2509 and
 * https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 */
export function createSlackChannel({ url, dashboard, sender }: ChannelOptions): Channel {
  return {
    name: 'slack',
    limits: [{ count: 1, seconds: 1 }, readable],
    pack: (notifications, most) => packAlerts(notifications, { most, layout, dashboard }),
    deliver: createDelivery({
      sender,
      judge: judgeSlack,
      judgeError: judgeSlackError,
      toRequest: (body) => ({ url, headers: {}, text: JSON.stringify(body), secrets: [] }),
    }),
  };
}

/** Text that stays text. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const longestText = 2900;

/** Escaped text within Slack's limit; an entity is not cut in two. */
function toText(text: string): string {
  const escaped = escapeSlack(text);
  if (escaped.length <= longestText) return escaped;
  return `${escaped
    .slice(0, longestText)
    .replace(/&[a-z]*$/, '')
    .toWellFormed()}…`;
}

const layout: Layout<readonly Json[]> = {
  toPiece: toBlocks,
  toCost: (piece) => ({ bytes: toBytes(piece), blocks: piece.length + 1 }),
  capacity: { bytes: 10_000, blocks: 45 },
  toBody: ({ title, pieces, tail, dashboard }) => ({
    text: escapeSlack(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: escapeSlack(title), emoji: false } },
      ...pieces.flatMap((piece) => [{ type: 'divider' }, ...piece]),
      ...(tail ? [section(tail), ...link('Open the dashboard', toLink(dashboard))] : []),
    ],
    unfurl_links: false,
    unfurl_media: false,
  }),
};

const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text: toText(text), emoji: false } });

function link(words: string, url: string | null): Json[] {
  if (url === null) return [];
  const target = url.replaceAll('&', '&amp;').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C');
  const text = `<${target}|${words}>`;
  return text.length > longestText ? [] : [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }];
}

function toBlocks({ title, facts, url }: AlertText): Json[] {
  const lines = facts.map(({ label, text }) => `${label}: ${text}`);
  return [section([title, ...lines].join('\n')), ...link('Open these jobs', url)];
}

/** Words that only somebody who changes the set-up can mend, with the remedy. */
const refusals: Readonly<Record<string, string>> = {
  invalid_payload: 'the message was not understood',
  invalid_blocks: 'the message was not understood',
  msg_blocks_too_long: 'the message was too long',
  no_text: 'the message was not understood',
  invalid_token: 'check ALERT_SLACK_URL',
  no_service: 'the webhook was removed: add one and set ALERT_SLACK_URL',
  no_team: 'the workspace is gone: check ALERT_SLACK_URL',
  no_active_hooks: 'the webhook is disabled: enable it in Slack',
  team_disabled: 'the workspace is disabled',
  user_not_found: 'check ALERT_SLACK_URL',
  channel_not_found: 'the channel is gone: add a webhook for another and set ALERT_SLACK_URL',
  action_prohibited: 'the workspace forbids the webhook to post there',
  posting_to_general_channel_denied: 'the workspace forbids the webhook to post there',
};

/** What an answer of HTTP status 2xx means. */
function judgeSlack(text: string): Verdict {
  const { ok } = readJsonObject(text);
  if (text.trim() === 'ok' || ok === true) return { outcome: 'delivered', words: 'ok' };
  return judgeSlackError(text) ?? { outcome: 'retry', words: text };
}

/** What an answer of another status means, where its word tells more than the status. */
function judgeSlackError(text: string): Verdict | undefined {
  const { error } = readJsonObject(text);
  const word = typeof error === 'string' ? error : text.trim();
  const why = Object.hasOwn(refusals, word) ? refusals[word] : undefined;
  return why ? { outcome: 'refused', words: `${word} (${why})` } : undefined;
}
