import { isTextBody } from './body-text.ts';
import type { HttpEvent } from './http-event.ts';
import { toCookieHeaders } from './set-cookie.ts';

/** What a handler returns for an HTTP request. Every field is always there: what a platform makes of less is undocumented. */
export interface HttpResult {
  statusCode: number;
  headers: Record<string, string>;
  /** Text, or base64 when `isBase64Encoded`. Empty for HEAD, 204, 205 and 304. */
  body: string;
  isBase64Encoded: boolean;
  /** Lambda only: the Set-Cookie values, which Function Compute gets among `headers`. */
  cookies?: string[];
}

/** The answer is larger than the platform can carry. The message names the limit. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

const MB = 1024 * 1024;

/**
 * What each platform can carry, in bytes. Lambda counts the whole JSON answer
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); Function Compute's documentation leaves open
 * what its 32 MB count, so the whole answer here too. It fails a call whose headers exceed 8 KB with 502.
 */
const LIMITS = {
  'function-compute': { name: 'Function Compute', answerMb: 32, headerBytes: 8192 },
  lambda: { name: 'AWS Lambda', answerMb: 6, headerBytes: Number.POSITIVE_INFINITY },
} as const;

// Of the connection, which is the platform's; and the length, which it counts itself.
const DROPPED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'set-cookie']);
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * The `Response` as the platform that sent `event` wants it. Reads the body to its end: neither platform streams here.
 * Throws {@link AnswerTooLargeError} when it does not fit, and whatever reading the body throws.
 */
export async function toHttpResult(response: Response, event: HttpEvent): Promise<HttpResult> {
  const { name, answerMb, headerBytes } = LIMITS[event.platform];
  const tooLarge = () =>
    new AnswerTooLargeError(`the answer is larger than the ${answerMb} MB that ${name} can return`);
  const hasBody = event.method !== 'HEAD' && !WITHOUT_BODY.has(response.status);
  if (!hasBody) await response.body?.cancel();
  const body = hasBody ? await readBody(response, answerMb * MB, tooLarge) : Buffer.alloc(0);
  const isText = body.length === 0 || isTextBody(response.headers, body);
  const result: HttpResult = {
    statusCode: response.status,
    ...toHeaderFields(response.headers, event),
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
  if (!fits(result, answerMb * MB)) throw tooLarge();
  if (sizeOf(result.headers) > headerBytes)
    throw new AnswerTooLargeError(`the headers are larger than the 8 KB that ${name} can return`);
  return result;
}

function toHeaderFields(all: Headers, event: HttpEvent): Pick<HttpResult, 'headers' | 'cookies'> {
  const headers = Object.fromEntries([...all].filter(([name]) => !DROPPED.has(name)));
  const cookies = all.getSetCookie();
  return event.platform === 'lambda' ? { headers, cookies } : { headers: { ...headers, ...toCookieHeaders(cookies) } };
}

// Stops as soon as it has grown past the limit: an endless body is not read to its end.
async function readBody(response: Response, maxBytes: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// A character takes at most six bytes in JSON (\u0000): a body that fits even then needs no second serialisation.
function fits(result: HttpResult, maxBytes: number): boolean {
  const roomy = result.body.length * 6 + 65_536 < maxBytes && sizeOf(result.headers) < 16_384;
  return roomy || Buffer.byteLength(JSON.stringify(result)) <= maxBytes;
}

function sizeOf(headers: Record<string, string>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
