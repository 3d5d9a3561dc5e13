import { createHmac } from 'node:crypto';
import { type Call, parameter, requiredParameter } from './call.ts';
import type { Claim } from './claim.ts';
import { GatewayError } from './gateway-error.ts';
import { canonicalQuery, percentEncode } from './percent-encode.ts';

/**
 * Reads the claim of a V1 signature (the RPC style: parameter `Signature`, HMAC-SHA1, parameters in the query or a form).
 * Throws GatewayError MissingParameter or IncompleteSignature.
 * Source: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
 */
export function readV1Claim(call: Call): Claim {
  const accessKeyId = requiredParameter(call, 'AccessKeyId');
  const signature = requiredParameter(call, 'Signature');
  checkMethod(call);
  const pairs = [...call.query, ...call.form].filter(([name]) => name !== 'Signature');
  const stringToSign = `${call.method}&%2F&${percentEncode(canonicalQuery(pairs))}`;
  return {
    accessKeyId,
    securityToken: parameter(call, 'SecurityToken'),
    timestamp: requiredParameter(call, 'Timestamp'),
    nonce: requiredParameter(call, 'SignatureNonce'),
    signature,
    stringToSign,
    sign: (secret) => createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64'),
  };
}

function checkMethod(call: Call): void {
  const isHmacSha1 = requiredParameter(call, 'SignatureMethod') === 'HMAC-SHA1';
  if (!isHmacSha1 || requiredParameter(call, 'SignatureVersion') !== '1.0') {
    throw new GatewayError('IncompleteSignature', { message: 'Only HMAC-SHA1, version 1.0, is supported.' });
  }
}
