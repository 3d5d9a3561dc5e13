import { Agent } from 'undici';
import { checkUrl, createGuardedLookup, GuardError, type Resolve } from './guard.ts';

/** What came back: an answer of whatever status, or a reason why there is none. */
export type SendResult =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly text: string }
  | { readonly status: null; readonly refused: boolean; readonly reason: string };

export interface OutgoingPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly text: string;
  readonly signal: AbortSignal;
}

/** Posts to addresses that operators configured. */
export interface Sender {
  /** Never throws; follows no redirect. */
  post(request: OutgoingPost): Promise<SendResult>;
}

export interface SenderOptions {
  /** Hosts that may be private. */
  readonly allowedHosts: readonly string[];
  /** For one attempt, from the name lookup to the last byte that is read, in ms. */
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

/** Answers are read up to this many bytes; what they mean is at their beginning. */
const longestAnswer = 4096;

/**
 * A sender with a connection for each message: few are sent, minutes apart, from functions that are frozen in between,
 * where a kept socket is a dead one; and every connection is looked up and checked anew.
 */
export function createSender({ allowedHosts, timeoutMs = 10_000, resolve }: SenderOptions): Sender {
  const lookup = createGuardedLookup(allowedHosts, resolve);
  return {
    async post(request) {
      const agent = new Agent({ connect: { lookup, timeout: timeoutMs }, pipelining: 0, maxRedirections: 0 });
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([request.signal, timeout]);
      try {
        const url = new URL(request.url);
        checkUrl(url, allowedHosts);
        return await orAborted(signal, exchange(agent, url, { ...request, signal }));
      } catch (error) {
        const late = timeout.aborted
          ? `no complete answer within ${timeoutMs / 1000} s`
          : 'stopped before an answer came';
        return { status: null, ...(signal.aborted ? { refused: false, reason: late } : toReason(error)) };
      } finally {
        await agent.destroy();
      }
    },
  };
}

async function exchange(agent: Agent, url: URL, { headers, text, signal }: OutgoingPost): Promise<SendResult> {
  const { statusCode, body, ...response } = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'mps-sync', ...headers },
    body: text,
    signal,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= longestAnswer) break;
  }
  const after = response.headers['retry-after'];
  const answer = Buffer.concat(chunks).subarray(0, longestAnswer).toString('utf8');
  return { status: statusCode, retryAfter: Array.isArray(after) ? after[0] : after, text: answer };
}

/** undici heeds a signal only once a request has its connection. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}

/** Only codes are told: messages of network errors may carry the URL. */
function toReason(error: unknown): { refused: boolean; reason: string } {
  if (error instanceof GuardError) return { refused: true, reason: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return { refused: false, reason: `no answer: ${code}` };
}
