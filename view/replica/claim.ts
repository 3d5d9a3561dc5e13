import { createHmac } from 'node:crypto';
import { algorithm, percentEncode, sha256Hex, toCanonicalPairs, toSignature, toStringToSign } from '#mps/sign.ts';
import { type Call, findParameter, getHeader, getParameter } from '#view/replica/call.ts';
import { ReplicaRefusal } from '#view/replica/refusal.ts';

/** Who a call says it is from, and what its owner's signature would be. Both signature versions come down to this. */
export interface Claim {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  /** ISO 8601, as sent. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  readonly stringToSign: string;
  sign(secret: string): string;
}

/** Throws MissingParameter, IncompleteSignature, SignatureDoesNotMatch (a body that is not the one signed). */
export const readClaim = (call: Call): Claim =>
  call.headers.has('authorization') ? readV3Claim(call) : readV1Claim(call);

const authorization = new RegExp(
  `^${algorithm} +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$`,
);

/** Header `Authorization: ACS3-HMAC-SHA256 …`. https://help.aliyun.com/document_detail/2593177.html */
function readV3Claim(call: Call): Claim {
  const [, accessKeyId, names = '', signature] = authorization.exec(getHeader(call, 'authorization')) ?? [];
  if (accessKeyId === undefined || signature === undefined) throw new ReplicaRefusal('IncompleteSignature');
  const signed = names.split(';').sort();
  checkSignedHeaders(call, signed, accessKeyId);
  const stringToSign = toStringToSign(toCanonicalRequest(call, signed));
  return {
    accessKeyId,
    securityToken: call.headers.get('x-acs-security-token') ?? undefined,
    timestamp: getHeader(call, 'x-acs-date'),
    nonce: getHeader(call, 'x-acs-signature-nonce'),
    signature,
    stringToSign,
    sign: (secret) => toSignature(secret, stringToSign),
  };
}

function toCanonicalRequest(call: Call, signed: readonly string[]): string {
  const lines = signed.map((name) => `${name}:${getHeader(call, name)}\n`).join('');
  const hash = getHeader(call, 'x-acs-content-sha256');
  if (hash !== sha256Hex(call.body)) {
    throw new ReplicaRefusal('SignatureDoesNotMatch', 'x-acs-content-sha256 is not the hash of the body.');
  }
  return [call.method, call.path, toCanonicalPairs(call.query), lines, signed.join(';'), hash].join('\n');
}

/** What steers the call must be under the signature, or a proxy on the way could change it. */
function checkSignedHeaders(call: Call, signed: readonly string[], accessKeyId: string): void {
  const steering = [...call.headers.keys()].filter((name) => /^(x-acs-.*|host|content-type)$/.test(name));
  const unsigned = steering.find((name) => !signed.includes(name));
  if (unsigned) throw new ReplicaRefusal('IncompleteSignature', `The header "${unsigned}" is not signed.`);
  if ((call.headers.get('x-acs-accesskey-id') ?? accessKeyId) !== accessKeyId) {
    throw new ReplicaRefusal('IncompleteSignature', 'x-acs-accesskey-id is not the key of the credential.');
  }
}

/** Parameter `Signature`. https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism */
function readV1Claim(call: Call): Claim {
  const accessKeyId = getParameter(call, 'AccessKeyId');
  const signature = getParameter(call, 'Signature');
  const method = `${getParameter(call, 'SignatureMethod')} ${getParameter(call, 'SignatureVersion')}`;
  if (method !== 'HMAC-SHA1 1.0') {
    throw new ReplicaRefusal('IncompleteSignature', 'Only HMAC-SHA1, version 1.0, is supported.');
  }
  const pairs = [...call.query, ...call.form].filter(([name]) => name !== 'Signature');
  const stringToSign = `${call.method}&%2F&${percentEncode(toCanonicalPairs(pairs))}`;
  return {
    accessKeyId,
    securityToken: findParameter(call, 'SecurityToken'),
    timestamp: getParameter(call, 'Timestamp'),
    nonce: getParameter(call, 'SignatureNonce'),
    signature,
    stringToSign,
    sign: (secret) => createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64'),
  };
}
