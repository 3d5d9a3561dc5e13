import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-error.ts';

const MAX_BODY_BYTES = 1_000_000;

/** One HTTP request as received, decoded but not yet judged. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Decoded parameters of the query string. */
  readonly query: URLSearchParams;
  /** Decoded parameters of a form body. */
  readonly form: URLSearchParams;
  /** Header values by lower-case name; repeated ones sorted and joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** All of it, or its beginning where it is longer than any call of this operation can be. */
  readonly body: Buffer;
  readonly isTooLong: boolean;
}

/** Reads a request to its end, also one that is too long: whoever still sends would not hear the refusal. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const { body, isTooLong } = await readBody(request);
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers = new Map<string, string>();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    headers.set(name, values.length === 1 ? (values[0] ?? '').trim() : [...values].sort().join(','));
  }
  const isForm = headers.get('content-type')?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false;
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    form: new URLSearchParams(isForm ? body.toString('utf8') : ''),
    headers,
    body,
    isTooLong,
  };
}

/** A parameter of the operation, from the query or the form; an empty one counts as absent. */
export function parameter(call: Call, name: string): string | undefined {
  return call.query.get(name) || call.form.get(name) || undefined;
}

/** A header, or a GatewayError MissingParameter that names it. */
export function requiredHeader(call: Call, name: string): string {
  const value = call.headers.get(name);
  if (value === undefined || value === '') {
    throw new GatewayError('MissingParameter', { message: `The header "${name}" is needed but not provided.` });
  }
  return value;
}

/** A parameter, or a GatewayError MissingParameter that names it. */
export function requiredParameter(call: Call, name: string): string {
  const value = parameter(call, name);
  if (value === undefined) {
    throw new GatewayError('MissingParameter', { message: `The parameter "${name}" is needed but not provided.` });
  }
  return value;
}

async function readBody(request: IncomingMessage): Promise<Pick<Call, 'body' | 'isTooLong'>> {
  const length = request.headers['content-length'];
  if ((length === undefined || length === '0') && request.headers['transfer-encoding'] === undefined) {
    return { body: Buffer.alloc(0), isTooLong: false };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) {
      chunks.push(chunk);
    }
  }
  return { body: Buffer.concat(chunks), isTooLong: bytes > MAX_BODY_BYTES };
}
