import { asRecord, asText } from './record.ts';

/** An HTTP request as either platform describes it, in one shape. */
export interface HttpEvent {
  platform: 'function-compute' | 'lambda';
  method: string;
  /** As the client sent it, percent-encoded. */
  path: string;
  /** Without the question mark; empty when there is none. */
  query: string;
  headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** The host the platform gave the function. */
  domainName: string | undefined;
  body: Uint8Array | undefined;
}

/** Whether this is an HTTP request event of Function Compute (v1) or Lambda (payload 2.0). */
export function isHttpEvent(value: unknown): boolean {
  return typeof httpOf(value)?.method === 'string';
}

/**
 * Reads Function Compute's v1 event (https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function)
 * and payload 2.0 of Lambda function URLs and HTTP APIs
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). Undefined for any other event.
 */
export function toHttpEvent(value: unknown): HttpEvent | undefined {
  const event = asRecord(value);
  const http = httpOf(value);
  if (event === undefined || typeof http?.method !== 'string') return undefined;
  const isLambda = event.version === '2.0';
  return {
    platform: isLambda ? 'lambda' : 'function-compute',
    method: http.method.toUpperCase(),
    path: asText(event.rawPath) ?? '/',
    query: isLambda ? (asText(event.rawQueryString) ?? '') : toQuery(event.queryParameters),
    headers: [...toEntries(event.headers), ...cookieEntries(event.cookies)],
    domainName: asText(asRecord(event.requestContext)?.domainName),
    body: toBytes(event.body, event.isBase64Encoded),
  };
}

function httpOf(value: unknown): Record<string, unknown> | undefined {
  return asRecord(asRecord(asRecord(value)?.requestContext)?.http);
}

// A repeated parameter arrives as one, its values joined by commas: `?a=1&a=2` and `?a=1,2` are the same event. It
// stays one here, for the application to split where it allows several.
function toQuery(parameters: unknown): string {
  return new URLSearchParams(toEntries(parameters)).toString();
}

// Lambda takes the cookies out of the headers.
function cookieEntries(cookies: unknown): Array<[string, string]> {
  if (!Array.isArray(cookies) || cookies.length === 0) return [];
  return [['cookie', cookies.map(toWord).join('; ')]];
}

function toEntries(value: unknown): Array<[string, string]> {
  return Object.entries(asRecord(value) ?? {}).map(([name, each]) => [name, toWord(each)]);
}

// A platform sends text, or a list of texts. Anything else stays readable as JSON: not every object can become text.
function toWord(value: unknown): string {
  if (Array.isArray(value)) return value.map(toWord).join(',');
  return asRecord(value) === undefined ? String(value ?? '') : JSON.stringify(value);
}

// By the flag alone: Function Compute also encodes text, and sets the flag on requests without a body.
function toBytes(body: unknown, isBase64: unknown): Uint8Array | undefined {
  const text = asText(body);
  return text === undefined ? undefined : Buffer.from(text, isBase64 === true ? 'base64' : 'utf8');
}
