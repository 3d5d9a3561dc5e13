import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkUrl, createGuardedLookup, GuardError, type Resolve } from '#alerts/guard.ts';
import { followSignals } from '#core/follow-signals.ts';

/** What came back: an answer of whatever status, or a reason why there is none. */
export type SendResult =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly text: string }
  | { readonly status: null; readonly refused: boolean; readonly reason: string };

interface OutgoingPost {
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
      const timeout = AbortSignal.timeout(timeoutMs);
      const { signal, release } = followSignals(request.signal, timeout);
      try {
        const url = new URL(request.url);
        checkUrl(url, allowedHosts);
        return await exchange(url, { ...request, signal, lookup });
      } catch (error) {
        const late = timeout.aborted
          ? `no complete answer within ${timeoutMs / 1000} s`
          : 'stopped before an answer came';
        return { status: null, ...(signal.aborted ? { refused: false, reason: late } : toReason(error)) };
      } finally {
        release();
      }
    },
  };
}

interface Exchange extends OutgoingPost {
  readonly lookup: LookupFunction;
}

// Node's own client and not undici, which would make up a third of the function's bundle.
async function exchange(url: URL, { headers, text, signal, lookup }: Exchange): Promise<SendResult> {
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'user-agent': 'mps-sync',
      ...headers,
    },
    agent: false,
    lookup,
    signal,
  };
  const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
  // Whoever waits for the answer is told; nobody waits yet where it was stopped before, nor any more when enough is read.
  request.on('error', () => {});
  request.end(text);
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
  const answer = await readBeginning(response);
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text: answer };
}

async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= longestAnswer) break;
  }
  return Buffer.concat(chunks).subarray(0, longestAnswer).toString('utf8');
}

/** Only codes are told: messages of network errors may carry the URL. */
function toReason(error: unknown): { refused: boolean; reason: string } {
  if (error instanceof GuardError) return { refused: true, reason: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return { refused: false, reason: isAboutTrust(code) ? toTrustReason(code) : `no answer: ${code}` };
}

/** What Node says of a certificate that does not hold: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const isAboutTrust = (code: string): boolean => /CERT|SELF_SIGNED|LEAF_SIGNATURE/.test(code);

function toTrustReason(code: string): string {
  const remedy = /EXPIRED|ALTNAME|NOT_YET_VALID/.test(code) ? '' : ': name the file of its CA in NODE_EXTRA_CA_CERTS';
  return `its certificate is not trusted (${code})${remedy}`;
}
