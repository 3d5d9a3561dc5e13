import type { Channel, DeliveryAttempt, DeliveryResult } from '#alerts/channel.ts';
import { hideSecrets, toSecrets } from '#alerts/hide-secrets.ts';
import type { Sender, SendResult } from '#alerts/send.ts';
import type { Json } from '#core/json.ts';
import { toPlainLine } from '#core/plain-text.ts';

/** What every channel is made of. */
export interface ChannelOptions {
  readonly url: string;
  readonly secret?: string | undefined;
  /** The alerts page of the dashboard. */
  readonly dashboard: string | null;
  readonly sender: Sender;
}

/** What an answer means. `words` may hold anything the receiver said. */
export interface Verdict {
  readonly outcome: DeliveryResult['outcome'];
  readonly words: string;
  readonly retryAfterSeconds?: number;
}

interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Never to be told; the parts of the URL are hidden anyway. */
  readonly secrets: readonly (string | undefined)[];
}

export interface DeliveryOptions {
  readonly sender: Sender;
  readonly toRequest: (body: Json, attempt: DeliveryAttempt) => SignedRequest;
  /** An answer of status 2xx. */
  readonly judge: (text: string) => Verdict;
  /** An answer of another status, where its body tells more. */
  readonly judgeError?: (text: string) => Verdict | undefined;
}

/** One attempt: sign, send, judge, and tell it without a secret. */
export function createDelivery({ sender, toRequest, judge, judgeError }: DeliveryOptions): Channel['deliver'] {
  return async (body, attempt) => {
    const request = toRequest(body, attempt);
    const result = await sender.post({ ...request, signal: attempt.signal });
    const verdict = toVerdict(result, { judge, judgeError, now: attempt.now });
    const after = verdict.retryAfterSeconds;
    return {
      outcome: verdict.outcome,
      status: result.status,
      answer: toPlainLine(hideSecrets(verdict.words, toSecrets(request.url, request.secrets)), 300),
      ...(after === undefined ? {} : { retryAfterSeconds: after }),
    };
  };
}

function toVerdict(
  result: SendResult,
  {
    judge,
    judgeError,
    now,
  }: Pick<DeliveryOptions, 'judge'> & {
    readonly judgeError: DeliveryOptions['judgeError'];
    readonly now: number;
  },
): Verdict {
  if (result.status === null) return { outcome: result.refused ? 'refused' : 'retry', words: result.reason };
  const { status, text } = result;
  if (status >= 200 && status < 300) return judge(text);
  const words = `HTTP ${status}${text.trim() ? `: ${text}` : ''}`;
  if (status === 410) return { outcome: 'gone', words };
  if (status >= 300 && status < 400) return { outcome: 'retry', words: `HTTP ${status}: redirects are not followed` };
  const said = status < 500 ? judgeError?.(text) : undefined;
  const retryAfterSeconds = toSeconds(result.retryAfter, now);
  return said ?? { outcome: 'retry', words, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

const longestWaitSeconds = 86_400;

/** `Retry-After`, a number of seconds or a date, within a day. Source: RFC 9110, section 10.2.3. */
function toSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : Math.ceil(Date.parse(header) / 1000 - now);
  return seconds > 0 ? Math.min(seconds, longestWaitSeconds) : undefined;
}
