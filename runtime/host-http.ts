import { asRecord } from './record.ts';

/** The least a request needs; the host fills in the rest. */
export interface RequestLike {
  /** Default GET. */
  method?: string | undefined;
  /** Path and query, from the slash on, or an absolute URL. */
  path: string;
  headers?: Record<string, string> | undefined;
  body?: string | Uint8Array | undefined;
}

/** A Function Compute v1 event as an object, to be sent as it is. */
export interface RawHttpEvent {
  requestContext: object;
  [field: string]: unknown;
}

/**
 * The event that the HTTP trigger would make of the request: header names in canonical case, repeated query parameters
 * joined by commas, the body in base64 whatever it holds, as seen in captured events.
 */
export async function toFunctionComputeEvent(request: Request, domainName: string, requestId: string): Promise<object> {
  const url = new URL(request.url);
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) query[name] = name in query ? `${query[name]},${value}` : value;
  const headers = Object.fromEntries([...request.headers].map(([name, value]) => [toCanonical(name), value]));
  const now = new Date();
  return {
    version: 'v1',
    rawPath: url.pathname,
    body: Buffer.from(await request.arrayBuffer()).toString('base64'),
    isBase64Encoded: true,
    headers: { Host: url.host, ...headers },
    queryParameters: query,
    requestContext: {
      accountId: '',
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: decodePath(url.pathname),
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId,
      time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
      timeEpoch: String(now.getTime()),
    },
  };
}

/** The request as a standard one, with the function's own domain where it names none. */
export function toStandardRequest(input: Request | RequestLike, domainName: string): Request {
  if (input instanceof Request) return input;
  const init: RequestInit = { method: input.method ?? 'GET', headers: input.headers ?? {} };
  if (input.body !== undefined) init.body = input.body;
  return new Request(new URL(input.path, `https://${domainName}`), init);
}

/** What the client would receive; undefined when the payload is not an HTTP answer. */
export function toResponse(payload: Uint8Array): Response | undefined {
  const result = parse(payload);
  const { statusCode, body = '', isBase64Encoded } = result ?? {};
  if (typeof statusCode !== 'number' || typeof body !== 'string') return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(asRecord(result?.headers) ?? {})) headers.append(name, String(value));
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  return new Response(bytes.length === 0 ? null : bytes, { status: statusCode, headers });
}

function parse(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(Buffer.from(payload).toString()));
  } catch {
    return undefined;
  }
}

function toCanonical(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (match) => match.toUpperCase());
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
