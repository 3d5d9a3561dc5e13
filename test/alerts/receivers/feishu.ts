import { createHmac } from 'node:crypto';
import type { Received, Reply } from '#scripts/receiver.ts';
import { createRate } from './rate.ts';

const errors: Readonly<Record<number, string>> = {
  0: 'success',
  9499: 'Bad Request',
  11232: 'frequency limited',
  19001: 'param invalid: incoming webhook access token invalid',
  19021: 'sign match fail or timestamp is not within one hour from current time',
};

/** Behaves as a Feishu custom bot documents: 5 messages a second, 100 a minute, 20 kB, a signature no older than an hour. */
export function createFeishuBot(bot: { token: string; secret: string; now: () => number }) {
  const rate = createRate([
    { count: 5, seconds: 1 },
    { count: 100, seconds: 60 },
  ]);
  const judge = ({ path, text }: Received): number => {
    if (path !== `/open-apis/bot/v2/hook/${bot.token}`) return 19001;
    if (Buffer.byteLength(text) > 20_000) return 9499;
    const body = JSON.parse(text) as { timestamp?: string; sign?: string; msg_type?: string; card?: object };
    const key = `${body.timestamp}\n${bot.secret}`;
    const isSigned = body.sign === createHmac('sha256', key).update('').digest('base64');
    if (!isSigned || Math.abs(Number(body.timestamp) - bot.now()) > 3600) return 19021;
    if (rate.isOver(bot.now())) return 11232;
    return body.msg_type === 'interactive' && body.card ? 0 : 9499;
  };
  return (message: Received): Reply => {
    const code = judge(message);
    const old = code === 0 ? { StatusCode: 0, StatusMessage: 'success' } : {};
    return { status: 200, text: JSON.stringify({ ...old, code, data: {}, msg: errors[code] }) };
  };
}
