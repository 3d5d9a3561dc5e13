import type { Channel, DeliveryResult } from '#alerts/channel.ts';
import type { Json } from '#core/json.ts';

/** A channel that posts its notifications as they are, `size` a message or more where few messages are left. */
export function createPlainChannel(
  url: string,
  options: { name?: Channel['name']; limits?: Channel['limits']; size?: number } = {},
): Channel {
  const { name = 'webhook', limits = [], size = 10 } = options;
  return {
    name,
    limits,
    pack: (notifications, most) => {
      const each = Math.max(size, Math.ceil(notifications.length / most));
      const starts = Array.from({ length: Math.ceil(notifications.length / each) }, (_, index) => index * each);
      return starts.map((start) => {
        const parts = notifications.slice(start, start + each);
        return { body: parts as unknown as Json, parts: parts.map((_, index) => start + index) };
      });
    },
    deliver: (body, { id, signal }) => post(url, body, id, signal),
  };
}

async function post(url: string, body: Json, id: string, signal: AbortSignal): Promise<DeliveryResult> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'webhook-id': id },
      signal,
    });
    const answer = await response.text();
    const outcome = response.ok ? 'delivered' : response.status === 410 ? 'gone' : 'retry';
    return { outcome, status: response.status, answer };
  } catch {
    return { outcome: 'retry', status: null, answer: 'no answer' };
  }
}
