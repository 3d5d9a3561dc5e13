import { createHmac } from 'node:crypto';
import { algorithm, percentEncode, sha256Hex, toCanonicalPairs, toSignature, toStringToSign } from '#mps/sign.ts';

/** A call of the replica as values, to be signed, broken and sent. */
export interface SignedCall {
  readonly method: string;
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whose call, when, and under which nonce. */
export interface Signer {
  readonly key: { readonly id: string; readonly secret: string };
  /** Epoch milliseconds. */
  readonly now: number;
  readonly nonce: string;
}

/** Of whatever query and body, as a server will read them, with a V3 signature. */
export function signV3(
  call: Omit<SignedCall, 'headers'> & { readonly contentType: string },
  signer: Signer,
): SignedCall {
  const { method, search, body } = call;
  const headers: Record<string, string> = {
    host: '127.0.0.1',
    ...(call.contentType === '' ? {} : { 'content-type': call.contentType }),
    'x-acs-action': 'QuerySnapshotJobList',
    'x-acs-content-sha256': sha256Hex(Buffer.from(body, 'utf8')),
    'x-acs-date': new Date(signer.now).toISOString(),
    'x-acs-signature-nonce': signer.nonce,
    'x-acs-version': '2014-06-18',
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const query = toCanonicalPairs(new URLSearchParams(search));
  const canonical = [method, '/', query, lines, names.join(';'), headers['x-acs-content-sha256']].join('\n');
  const signature = toSignature(signer.key.secret, toStringToSign(canonical));
  const authorization = `${algorithm} Credential=${signer.key.id},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { method, search, body, headers: { ...headers, authorization } };
}

/** The same with a V1 signature: `query` in the address, all else in a form. */
export function signV1(
  call: { readonly query: Readonly<Record<string, string>>; readonly form: Readonly<Record<string, string>> },
  signer: Signer,
): SignedCall {
  const query = new URLSearchParams(call.query);
  const form = new URLSearchParams({
    ...call.form,
    AccessKeyId: signer.key.id,
    Action: 'QuerySnapshotJobList',
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: signer.nonce,
    SignatureVersion: '1.0',
    Timestamp: new Date(signer.now).toISOString(),
    Version: '2014-06-18',
  });
  const text = `POST&%2F&${percentEncode(toCanonicalPairs([...query, ...form]))}`;
  form.append('Signature', createHmac('sha1', `${signer.key.secret}&`).update(text).digest('base64'));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', search: query.toString(), headers, body: form.toString() };
}

/** With the body as bytes: of a text, a `Request` would name a type that nobody signed. */
export function toRequest({ method, search, headers, body }: SignedCall): Request {
  const sent = method === 'GET' || body === '' ? {} : { body: Buffer.from(body, 'utf8') };
  return new Request(`http://127.0.0.1/?${search}`, { method, headers, ...sent });
}
