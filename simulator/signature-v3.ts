import { createHash, createHmac } from 'node:crypto';
import { type Call, requiredHeader } from './call.ts';
import type { Claim } from './claim.ts';
import { GatewayError } from './gateway-error.ts';
import { canonicalQuery } from './percent-encode.ts';

const ALGORITHM = 'ACS3-HMAC-SHA256';
const AUTHORIZATION = /^ACS3-HMAC-SHA256 +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;

/**
 * Reads the claim of a V3 signature (header `Authorization: ACS3-HMAC-SHA256 …`).
 * Throws GatewayError IncompleteSignature, MissingParameter or SignatureDoesNotMatch (a body that is not the one signed).
 * Source: https://help.aliyun.com/document_detail/2593177.html
 */
export function readV3Claim(call: Call): Claim {
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(requiredHeader(call, 'authorization')) ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
    throw new GatewayError('IncompleteSignature');
  }
  checkSignedHeaders(call, signedHeaders.split(';'));
  checkKeyHeader(call, accessKeyId);
  const stringToSign = `${ALGORITHM}\n${sha256(canonicalRequest(call, signedHeaders.split(';')))}`;
  return {
    accessKeyId,
    securityToken: call.headers.get('x-acs-security-token'),
    timestamp: requiredHeader(call, 'x-acs-date'),
    nonce: requiredHeader(call, 'x-acs-signature-nonce'),
    signature,
    stringToSign,
    sign: (secret) => createHmac('sha256', secret).update(stringToSign).digest('hex'),
  };
}

function canonicalRequest(call: Call, signedHeaders: readonly string[]): string {
  const names = [...signedHeaders].sort();
  const lines = names.map((name) => `${name}:${requiredHeader(call, name)}\n`).join('');
  const hash = requiredHeader(call, 'x-acs-content-sha256');
  if (hash !== sha256(call.body)) {
    throw new GatewayError('SignatureDoesNotMatch', { message: 'x-acs-content-sha256 is not the hash of the body.' });
  }
  return [call.method, call.path, canonicalQuery(call.query), lines, names.join(';'), hash].join('\n');
}

/** Every `x-acs-*` header, the host and the content type must be under the signature, or a proxy could change them. */
function checkSignedHeaders(call: Call, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders);
  for (const name of call.headers.keys()) {
    if ((name.startsWith('x-acs-') || name === 'host' || name === 'content-type') && !signed.has(name)) {
      throw new GatewayError('IncompleteSignature', { message: `The header "${name}" is not signed.` });
    }
  }
}

function checkKeyHeader(call: Call, accessKeyId: string): void {
  const named = call.headers.get('x-acs-accesskey-id');
  if (named !== undefined && named !== accessKeyId) {
    throw new GatewayError('IncompleteSignature', { message: 'x-acs-accesskey-id is not the key of the credential.' });
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
