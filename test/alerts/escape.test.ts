import { describe, expect, it } from 'vitest';
import type { ChannelName } from '#alerts/channel.ts';
import { escapeDingtalk } from '#alerts/channels/dingtalk.ts';
import { escapeSlack } from '#alerts/channels/slack.ts';
import type { Json } from '#core/json.ts';
import { sampleNotification } from '../core/sample-notification.ts';
import { channelNames, sampleChannel } from './sample-channels.ts';

const attacks = {
  mentions: '<!channel> <!everyone> <@U123> @all @13800000000 <at id=all></at> <at user_id="all">all</at>',
  links: '[click](https://evil.example) <https://evil.example|bank> ![](https://evil.example/p.png)',
  markup: '# big **bold** _it_ `code` ~no~ > quote | table',
  unseen: 'report\u202egpj.exe\u200b\u2028\0\u001b[31m',
};
const hostile = Object.values(attacks).join(' ');

/** A message in which everything that comes from elsewhere is hostile. */
function packHostile(name: ChannelName): Json {
  const example = { id: hostile, creationTime: 0, inputObject: hostile, message: hostile };
  const notification = {
    ...sampleNotification,
    source: hostile,
    pipelineId: hostile,
    code: hostile,
    detail: hostile,
    topCodes: [{ code: hostile, jobs: 1 }],
    examples: [example],
  };
  return sampleChannel(name, 'http://127.0.0.1:9').pack([notification], 1)[0]?.body ?? null;
}

/** All texts of a JSON value, with the `type` or `tag` of the object that holds them. */
function listTexts(value: Json, kind = ''): { kind: string; text: string }[] {
  if (typeof value === 'string') return [{ kind, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => listTexts(each, kind));
  const fields = value as Readonly<Record<string, Json>>;
  const own = String(fields.type ?? fields.tag ?? kind);
  return Object.values(fields).flatMap((each) => listTexts(each, own));
}

describe('hostile text', () => {
  it.each(channelNames)('loses controls and what turns its direction in %s', (name) => {
    const texts = listTexts(packHostile(name)).map(({ text }) => text);
    expect(texts.join('')).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Cf}]/u);
    expect(texts.join('')).toContain('report');
  });

  it('is plain text in Feishu, where nothing but the link is anything else', () => {
    const texts = listTexts(packHostile('feishu')).filter(({ text }) => text.includes('evil'));
    expect(new Set(texts.map(({ kind }) => kind))).toEqual(new Set(['plain_text']));
  });

  it('is plain and escaped text in Slack, also in the text of the notification', () => {
    const texts = listTexts(packHostile('slack'));
    const foreign = texts.filter(({ text }) => text.includes('evil'));
    expect(new Set(foreign.map(({ kind }) => kind))).toEqual(new Set(['plain_text']));
    for (const { text } of foreign) expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(texts.filter(({ kind, text }) => kind === 'mrkdwn' && text !== 'mrkdwn')).toEqual([
      { kind: 'mrkdwn', text: `<${sampleNotification.url?.replaceAll('&', '&amp;')}|Open these jobs>` },
    ]);
  });

  it('makes no markup, link, picture or mention in DingTalk', () => {
    const { markdown, at } = packHostile('dingtalk') as { markdown: { text: string }; at: object };
    expect(at).toEqual({ isAtAll: false });
    const links = [...markdown.text.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1]);
    expect(links).toEqual([sampleNotification.url]);
    expect(markdown.text).not.toMatch(/[<>`!|~@\\]|:\/\/evil/);
    expect(markdown.text.replaceAll(/\*\*(What|Since|Jobs|Code|Example)\*\*/g, '').match(/\*\*/g)).toHaveLength(2);
  });

  it('leaves names readable in DingTalk', () => {
    expect(escapeDingtalk('uploads/launch_film_v2.mp4')).toBe('uploads/launch_film_v2.mp4');
    expect(escapeDingtalk('_a_ [b](c) @all 50%')).toBe('＿a＿ ［b］(c) ＠all 50%');
  });

  it('leaves what Slack does not read as control alone', () => {
    expect(escapeSlack('a & <b> "c" 漢')).toBe('a &amp; &lt;b&gt; "c" 漢');
  });
});
