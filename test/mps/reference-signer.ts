import { createHash, createHmac } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const unreserved = /[A-Za-z0-9\-_.~]/;

/** RFC 3986, byte by byte. */
function encode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => [byte, String.fromCharCode(byte)] as const)
    .map(([byte, char]) =>
      byte < 128 && unreserved.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

export interface SignedCall {
  readonly query: Readonly<Record<string, string>>;
  /** All headers of the call: what is to be signed is picked out. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly accessKeyId: string;
  readonly secret: string;
}

/** The `Authorization` of a POST without a body: the documented algorithm once more, from the page and not the code. */
export function authorizationOf({ query, headers, accessKeyId, secret }: SignedCall): string {
  const canonicalQuery = Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');
  const signed = Object.keys(headers)
    .filter((name) => name === 'host' || name.startsWith('x-acs-'))
    .sort();
  const canonicalHeaders = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const request = `POST\n/\n${canonicalQuery}\n${canonicalHeaders}\n${signed.join(';')}\n${sha256('')}`;
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signed.join(';')},Signature=${signature}`;
}
