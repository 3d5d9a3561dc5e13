import type { AccessKey, AccessKeys } from './access-key.ts';
import type { Call } from './call.ts';
import type { Claim } from './claim.ts';
import { GatewayError } from './gateway-error.ts';
import type { NonceBook } from './nonce-book.ts';
import { readV1Claim } from './signature-v1.ts';
import { readV3Claim } from './signature-v3.ts';

/** How far a call's own time may be from the server's. Source: https://help.aliyun.com/document_detail/48054.html */
const MAX_SKEW_MS = 15 * 60_000;

/** Whose call it seems to be, before anything is verified: the key it names and that key's account, for the traffic log. */
export function namedCaller(call: Call, keys: AccessKeys): { accessKeyId: string; account: string } {
  const header = /Credential=([^,]+)/.exec(call.headers.get('authorization') ?? '');
  const accessKeyId = header?.[1] ?? call.query.get('AccessKeyId') ?? call.form.get('AccessKeyId') ?? 'anonymous';
  return { accessKeyId, account: lookUp(keys, accessKeyId)?.account ?? accessKeyId };
}

/**
 * Verifies a call as the gateway does, with whichever signature version it carries. `now` in epoch milliseconds.
 * Throws GatewayError: MissingParameter, IncompleteSignature, InvalidAccessKeyId.*, InvalidTimeStamp.*,
 * InvalidSecurityToken.*, MissingSecurityToken, SignatureDoesNotMatch, SignatureNonceUsed, or the code of a denied key.
 */
export function authenticate(call: Call, keys: AccessKeys, nonces: NonceBook, now: number): string {
  const claim = call.headers.has('authorization') ? readV3Claim(call) : readV1Claim(call);
  const key = lookUp(keys, claim.accessKeyId);
  if (key === undefined) {
    throw new GatewayError('InvalidAccessKeyId.NotFound');
  }
  if (key.inactive) {
    throw new GatewayError('InvalidAccessKeyId.Inactive');
  }
  checkTimestamp(claim, now);
  checkSecurityToken(claim, key, now);
  checkSignature(claim, key);
  if (!nonces.use(claim.accessKeyId, claim.nonce, now)) {
    throw new GatewayError('SignatureNonceUsed');
  }
  if (key.denied !== undefined) {
    throw denial(key.denied);
  }
  return claim.accessKeyId;
}

function lookUp(keys: AccessKeys, accessKeyId: string): AccessKey | undefined {
  return Object.hasOwn(keys, accessKeyId) ? keys[accessKeyId] : undefined;
}

function checkTimestamp(claim: Claim, now: number): void {
  const at = Date.parse(claim.timestamp);
  if (Number.isNaN(at) || !claim.timestamp.endsWith('Z')) {
    throw new GatewayError('InvalidTimeStamp.Format');
  }
  if (Math.abs(now - at) > MAX_SKEW_MS) {
    throw new GatewayError('InvalidTimeStamp.Expired');
  }
}

function checkSecurityToken(claim: Claim, key: AccessKey, now: number): void {
  if (key.securityToken === undefined) {
    if (claim.securityToken !== undefined) {
      throw new GatewayError('InvalidSecurityToken.MismatchWithAccessKey');
    }
    return;
  }
  if (claim.securityToken === undefined) {
    throw new GatewayError('MissingSecurityToken');
  }
  if (claim.securityToken !== key.securityToken) {
    throw new GatewayError('InvalidSecurityToken.Malformed');
  }
  if (now >= (key.securityTokenExpiresAt ?? Number.POSITIVE_INFINITY)) {
    throw new GatewayError('InvalidSecurityToken.Expired');
  }
}

/** The message carries the string to sign, as the real one does: a client that logs it whole shows its key id. */
function checkSignature(claim: Claim, key: AccessKey): void {
  if (claim.sign(key.secret) !== claim.signature) {
    throw new GatewayError('SignatureDoesNotMatch', {
      message: `Specified signature is not matched with our calculation. server string to sign is:${claim.stringToSign}`,
    });
  }
}

function denial(code: string): GatewayError {
  return new GatewayError(code, {
    status: 403,
    fields: {
      AccessDeniedDetail: {
        AuthAction: 'mts:QuerySnapshotJobList',
        AuthPrincipalType: 'SubUser',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
        NoPermissionType: 'ImplicitDeny',
      },
    },
  });
}
