import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '#mps/credentials.ts';

/** A request before it is signed. RPC style: everything that MPS reads is in the query, the body is empty. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  /** Epoch milliseconds; MPS refuses a request more than 15 minutes off its own clock. */
  readonly now: number;
  /** Never used twice: MPS remembers it. */
  readonly nonce: string;
}

export const algorithm = 'ACS3-HMAC-SHA256';
export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const emptyBodyHash = sha256Hex('');

/** RFC 3986: all but unreserved characters. `encodeURIComponent` leaves `!'()*` alone. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The query in the one form that both the URL and the signature use: sorted by name, RFC 3986. */
export const toCanonicalQuery = (query: Readonly<Record<string, string>>): string =>
  toCanonicalPairs(Object.entries(query));

/** The same of pairs, as a server reads them. */
export const toCanonicalPairs = (pairs: Iterable<readonly [string, string]>): string =>
  [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');

/** What a V3 signature signs: the hash of the canonical request, under the algorithm's name. */
export const toStringToSign = (canonicalRequest: string): string => `${algorithm}\n${sha256Hex(canonicalRequest)}`;

/** A V3 signature, in lower-case hexadecimal. */
export const toSignature = (secret: string, stringToSign: string): string =>
  createHmac('sha256', secret).update(stringToSign).digest('hex');

/**
 * The headers of a V3-signed request, `Authorization` included.
 * https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function signRequest(request: UnsignedRequest, credentials: Credentials): Record<string, string> {
  const signed: Record<string, string> = {
    host: request.host,
    'x-acs-action': request.action,
    'x-acs-content-sha256': emptyBodyHash,
    'x-acs-date': new Date(request.now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'x-acs-signature-nonce': request.nonce,
    'x-acs-version': request.version,
  };
  if (credentials.securityToken) {
    signed['x-acs-accesskey-id'] = credentials.accessKeyId;
    signed['x-acs-security-token'] = credentials.securityToken;
  }
  return { ...signed, authorization: toAuthorization(request, signed, credentials) };
}

function toAuthorization(
  request: UnsignedRequest,
  headers: Readonly<Record<string, string>>,
  { accessKeyId, accessKeySecret }: Credentials,
): string {
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const signedHeaders = names.join(';');
  const canonicalRequest = [
    request.method,
    '/',
    toCanonicalQuery(request.query),
    canonicalHeaders,
    signedHeaders,
    emptyBodyHash,
  ].join('\n');
  const signature = toSignature(accessKeySecret, toStringToSign(canonicalRequest));
  return `${algorithm} Credential=${accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
