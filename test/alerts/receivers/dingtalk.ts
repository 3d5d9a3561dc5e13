import { createHmac } from 'node:crypto';
import type { Received, Reply } from '#scripts/receiver.ts';
import { createRate } from './rate.ts';

const errors: Readonly<Record<number, string>> = {
  0: 'ok',
  40035: 'missing parameter json',
  130101: 'send too fast, exceed 20 times per minute',
  300001: 'token is not exist',
  310000: 'sign not match',
  460101: 'message too long',
};

/**
 * Behaves as a DingTalk robot documents: HTTP 200 always, 20 messages a minute and then a ban of ten minutes, 20,000 bytes,
 * a signature no older than an hour. `now` in epoch seconds.
 */
export function createDingtalkRobot(robot: { token: string; secret: string; now: () => number }) {
  const rate = createRate([{ count: 20, seconds: 60 }]);
  let bannedUntil = 0;
  const judge = ({ path, text }: Received): number => {
    const { searchParams } = new URL(path, 'http://robot');
    const timestamp = searchParams.get('timestamp') ?? '';
    if (searchParams.get('access_token') !== robot.token) return 300001;
    const sign = createHmac('sha256', robot.secret).update(`${timestamp}\n${robot.secret}`).digest('base64');
    if (searchParams.get('sign') !== sign || Math.abs(Number(timestamp) / 1000 - robot.now()) > 3600) return 310000;
    if (robot.now() < bannedUntil) return 130101;
    if (rate.isOver(robot.now())) {
      bannedUntil = robot.now() + 600;
      return 130101;
    }
    if (Buffer.byteLength(text) > 20_000) return 460101;
    const { msgtype, markdown } = JSON.parse(text) as { msgtype: string; markdown?: { title?: string; text?: string } };
    return msgtype === 'markdown' && markdown?.title && markdown.text ? 0 : 40035;
  };
  return (message: Received): Reply => {
    const errcode = judge(message);
    return { status: 200, text: JSON.stringify({ errcode, errmsg: errors[errcode] }) };
  };
}
