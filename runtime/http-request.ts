import type { HttpEvent } from './http-event.ts';

/** The client sent something no `Request` can be made of. The message says which part, without quoting it. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
}

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The event as a standard `Request` with an absolute URL. Throws {@link BadRequestError} when it cannot be one. */
export function toRequest(event: HttpEvent): Request {
  const headers = toHeaders(event);
  const url = toUrl(event, headers);
  const mayHaveBody = event.method !== 'GET' && event.method !== 'HEAD';
  const body = mayHaveBody ? (event.body ?? null) : null;
  try {
    return new Request(url, { method: event.method, headers, body });
  } catch {
    throw new BadRequestError('the method is not one that can be served');
  }
}

function toUrl(event: HttpEvent, headers: Headers): URL {
  const scheme = headers.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase();
  const host = headers.get('host') || event.domainName || 'localhost';
  const path = event.path.startsWith('/') ? event.path : `/${event.path}`;
  const query = event.query === '' ? '' : `?${event.query}`;
  const target = path.replaceAll('?', '%3F') + query;
  try {
    if (!HOST.test(host)) throw new TypeError('malformed');
    return new URL(`${scheme === 'http' ? 'http' : 'https'}://${host}${target.replaceAll('#', '%23')}`);
  } catch {
    throw new BadRequestError('the Host header is malformed');
  }
}

function toHeaders(event: HttpEvent): Headers {
  const headers = new Headers();
  for (const [name, value] of event.headers) {
    try {
      headers.append(name, toByteString(value));
    } catch {
      throw new BadRequestError('a header is malformed');
    }
  }
  return headers;
}

// The event's JSON holds as characters what came over the wire as UTF-8. A header value is a string of bytes, and this
// is the one Node's own HTTP server would give.
function toByteString(value: string): string {
  return /[^\0-\x7f]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
