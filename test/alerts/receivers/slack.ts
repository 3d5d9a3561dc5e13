import type { Received, Reply } from '#scripts/receiver.ts';
import { createRate } from './rate.ts';

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
}

/** Behaves as a Slack incoming webhook documents: words with a status each, one message a second, the limits of blocks. */
export function createSlackHook(hook: { path: string; now: () => number }) {
  const rate = createRate([{ count: 1, seconds: 1 }]);
  return ({ path, text }: Received): Reply => {
    if (path !== hook.path) return { status: 404, text: 'no_service' };
    if (rate.isOver(hook.now())) return { status: 429, text: 'rate_limited', headers: { 'retry-after': '30' } };
    const body = JSON.parse(text) as { text?: string; blocks?: readonly Block[] };
    const blocks = body.blocks ?? [];
    if (!body.text && blocks.length === 0) return { status: 400, text: 'no_text' };
    const texts = blocks.map(({ type, text: object }) => ({
      most: type === 'header' ? 150 : 3000,
      text: object?.text,
    }));
    const isWrong = texts.some(
      ({ most, text: each }) => each !== undefined && (each.length > most || each.length === 0),
    );
    if (blocks.length > 50 || isWrong) return { status: 400, text: 'invalid_blocks' };
    if (JSON.stringify(blocks).length > 13_000) return { status: 400, text: 'msg_blocks_too_long' };
    return { status: 200, text: 'ok' };
  };
}
