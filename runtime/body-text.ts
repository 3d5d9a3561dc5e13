import { isUtf8 } from 'node:buffer';

const TEXT =
  /^(?:text\/.+|application\/(?:json|xml|javascript|ecmascript|x-ndjson|ndjson|graphql|x-www-form-urlencoded|yaml)|.+\+(?:json|xml|yaml))$/;

/**
 * Whether a body can travel as a JSON string and come out as the same bytes: a textual media type, UTF-8 both by
 * declaration and in fact, not compressed.
 */
export function isTextBody(headers: Headers, body: Uint8Array): boolean {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') return false;
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.find((each) => each.trim().startsWith('charset='))?.split('=')[1];
  if (charset !== undefined && !/^\s*"?(?:utf-?8|us-ascii)"?\s*$/.test(charset)) return false;
  return TEXT.test(type.trim()) && isUtf8(body);
}
